// swift-tools-version: 6.2
import PackageDescription

// The core runs in the guest and on the host from one source: it imports no Foundation and compiles
// as Embedded Swift. Everything below "host only" may use the full language.
let package = Package(
    name: "deml",
    products: [
        .executable(name: "RollupApp", targets: ["RollupApp"]),
        .executable(name: "deml", targets: ["deml"]),
        .library(name: "ABI", targets: ["ABI"]),
        .library(name: "Verifier", targets: ["Verifier"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0",
            traits: []),
    ],
    targets: [
        // C libraries, fenced: one module map and one header each.
        .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CGMP", providers: [.apt(["libgmp-dev"])]),
        .systemLibrary(name: "CSecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .target(name: "CPosix"),

        // The core.
        .target(
            name: "ABI", dependencies: ["CGMP", "CNettle", "CSecp256k1"],
            // Embedded objects carry no autolink entries, so the libraries are named here.
            linkerSettings: [
                .linkedLibrary("gmp"), .linkedLibrary("nettle"), .linkedLibrary("secp256k1"),
            ]),
        .target(name: "JSON", dependencies: ["ABI"]),
        .target(name: "Content", dependencies: ["ABI", "CNettle"]),
        .target(name: "Verifier", dependencies: ["ABI", "Content"]),
        .target(name: "Vouchers", dependencies: ["ABI"]),
        .target(
            name: "Marketplace", dependencies: ["ABI", "JSON", "Content", "Verifier", "Vouchers"]),
        .target(
            name: "Rollup", dependencies: ["ABI", "JSON", "Vouchers", "Marketplace", "CPosix"]),
        .executableTarget(
            name: "RollupApp", dependencies: ["ABI", "Marketplace", "Rollup", "Vouchers", "CPosix"]),

        // Host only.
        .target(
            name: "Tool",
            dependencies: [
                "ABI", "JSON", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "DevNode",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Replay",
            dependencies: [
                "ABI", "JSON", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup",
                "DevNode",
            ]),
        .target(
            name: "Node",
            dependencies: [
                "ABI", "JSON", "Vouchers", "Marketplace", "Rollup", "DevNode",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "deml",
            dependencies: [
                "Node", "Marketplace", "Replay", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(
            name: "ABITests", dependencies: ["TestSupport", "ABI", "CNettle", "CSecp256k1"]),
        .testTarget(name: "ToolTests", dependencies: ["TestSupport", "Tool", "ABI", "JSON"]),
        .testTarget(name: "JSONTests", dependencies: ["TestSupport", "JSON"]),
        .testTarget(name: "ContentTests", dependencies: ["TestSupport", "Content", "ABI"]),
        .testTarget(
            name: "VerifierTests", dependencies: ["TestSupport", "Verifier", "Content", "ABI"]),
        .testTarget(name: "VouchersTests", dependencies: ["TestSupport", "Vouchers", "ABI"]),
        .testTarget(
            name: "MarketplaceTests",
            dependencies: [
                "TestSupport", "Marketplace", "Vouchers", "Verifier", "Content", "JSON", "ABI",
            ]),
        .testTarget(
            name: "RollupTests",
            dependencies: [
                "TestSupport", "Rollup", "Marketplace", "Vouchers", "JSON", "ABI", "CPosix",
            ]),
        .testTarget(
            name: "NodeTests",
            dependencies: [
                "TestSupport", "Node", "DevNode", "Rollup", "Marketplace", "Vouchers", "JSON",
                "ABI",
            ]),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "TestSupport", "Replay", "DevNode", "Rollup", "Marketplace", "Vouchers", "JSON",
                "ABI",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// One setting for all of our Swift targets.
for target in package.targets where target.type != .system && target.name != "CPosix" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

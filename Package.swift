// swift-tools-version: 6.2
import PackageDescription

// The core runs in the guest and on the host from one source: it imports no Foundation and compiles
// as Embedded Swift. Everything below "host only" may use the full language.
let package = Package(
    name: "deml",
    products: [
        .executable(name: "RollupApp", targets: ["RollupApp"]),
        .executable(name: "CoreChecks", targets: ["CoreChecks"]),
        .executable(name: "deml", targets: ["deml"]),
        .library(name: "ABI", targets: ["ABI"]),
        .library(name: "JSON", targets: ["JSON"]),
        .library(name: "Content", targets: ["Content"]),
        .library(name: "Archive", targets: ["Archive"]),
        .library(name: "Verifier", targets: ["Verifier"]),
        .library(name: "Vouchers", targets: ["Vouchers"]),
        .library(name: "Marketplace", targets: ["Marketplace"]),
        .library(name: "Rollup", targets: ["Rollup"]),
        .library(name: "ScoreTool", targets: ["ScoreTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0",
            traits: []),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.8.0"),
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
        // CAR files, and the DAGs that tools and the drive are made of. No message reaches it.
        .target(name: "Archive", dependencies: ["ABI", "Content"]),
        .target(name: "Verifier", dependencies: ["ABI", "Content"]),
        .target(name: "Vouchers", dependencies: ["ABI"]),
        .target(
            name: "Marketplace", dependencies: ["ABI", "JSON", "Content", "Verifier", "Vouchers"]),
        .target(
            name: "Rollup",
            dependencies: ["ABI", "JSON", "Content", "Archive", "Vouchers", "CPosix"]),
        .executableTarget(
            name: "RollupApp",
            dependencies: [
                "ABI", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup", "CPosix",
            ]),
        // What the tool computes with the core, as requests and answers; never in the machine.
        .target(
            name: "Operations", dependencies: ["ABI", "JSON", "Content", "Archive", "Verifier"]),
        .executableTarget(
            name: "CoreChecks", dependencies: ["Operations", "Rollup", "CPosix"]),

        // Host only.
        .target(
            name: "Tool",
            dependencies: [
                "ABI", "Operations",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "DevNode",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "Replay",
            dependencies: [
                "ABI", "JSON", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup",
                "DevNode",
            ]),
        .target(
            name: "ContentTool",
            dependencies: [
                "ABI", "JSON", "Content", "Archive", "Marketplace", "Operations", "Tool",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "Node",
            dependencies: [
                "ABI", "JSON", "Vouchers", "Marketplace", "Rollup", "DevNode",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "ScoreTool",
            dependencies: [
                "ABI", "JSON", "Content", "Verifier", "Operations", "Tool",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "deml",
            dependencies: [
                "ABI", "Node", "DevNode", "Replay", "Marketplace", "Tool", "ScoreTool",
                "ContentTool", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["ABI", "Content", "Archive", "CSecp256k1"],
            path: "Tests/TestSupport"),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "ABITests", dependencies: ["TestSupport", "ABI", "CNettle", "CSecp256k1"]),
        .testTarget(
            name: "OperationsTests",
            dependencies: ["TestSupport", "Operations", "ABI", "Content"]),
        .testTarget(name: "JSONTests", dependencies: ["TestSupport", "JSON"]),
        .testTarget(
            name: "ContentTests", dependencies: ["TestSupport", "Archive", "Content", "ABI"]),
        .testTarget(
            name: "ContentToolTests",
            dependencies: [
                "TestSupport", "ContentTool", "Marketplace", "Operations", "Vouchers", "Archive",
                "Content",
                "JSON", "ABI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "VerifierTests", dependencies: ["TestSupport", "Verifier", "Content", "ABI"]),
        .testTarget(
            name: "ScoreToolTests",
            dependencies: [
                "TestSupport", "ScoreTool", "Tool", "Operations", "Verifier", "Content", "ABI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "VouchersTests", dependencies: ["TestSupport", "Vouchers", "ABI"]),
        .testTarget(
            name: "MarketplaceTests",
            dependencies: [
                "TestSupport", "Marketplace", "Vouchers", "Verifier", "Archive", "Content", "JSON",
                "ABI",
            ]),
        .testTarget(
            name: "HistoryTests",
            dependencies: [
                "TestSupport", "Marketplace", "Vouchers", "Verifier", "Archive", "Content", "JSON",
                "ABI",
            ]),
        .testTarget(
            name: "RollupTests",
            dependencies: [
                "TestSupport", "Rollup", "Marketplace", "Vouchers", "Archive", "Content", "JSON",
                "ABI",
                "CPosix",
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
                "TestSupport", "Replay", "DevNode", "Rollup", "Marketplace", "Vouchers", "Content",
                "JSON", "ABI", "RollupApp", "deml",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// What scripts/bench measures in the guest, in no other build.
let measures = Context.environment["DEML_WORKLOADS"] != nil
if measures {
    package.targets += [
        .target(name: "CHeap", path: "Benchmarks/Heap"),
        .executableTarget(
            name: "Workloads",
            dependencies: [
                "ABI", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup", "CPosix",
                "CSecp256k1", "CHeap",
            ],
            path: "Benchmarks/Workloads"),
    ]
    package.products.append(.executable(name: "Workloads", targets: ["Workloads"]))
}

// One setting for all of our Swift targets.
let ofC: Set = ["CPosix", "CHeap"]
for target in package.targets where target.type != .system && !ofC.contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

// The guest's build neither needs nor downloads what only the host uses.
if Context.environment["DEML_GUEST"] != nil {
    let programs: Set = measures ? ["Workloads"] : ["RollupApp", "CoreChecks"]
    var wanted = programs
    // Targets are listed before their users.
    for target in package.targets.reversed() where wanted.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products.removeAll { !programs.contains($0.name) }
    package.dependencies = []
}

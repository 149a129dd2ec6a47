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
        .library(name: "Interchange", targets: ["Interchange"]),
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
        .package(
            url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
    ],
    targets: [
        // C libraries, fenced: one module map and one header each.
        .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CGMP", providers: [.apt(["libgmp-dev"])]),
        .systemLibrary(name: "CSecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
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
        .target(name: "Verifier", dependencies: ["ABI"]),
        .target(name: "Vouchers", dependencies: ["ABI"]),
        .target(
            name: "Marketplace", dependencies: ["ABI", "JSON", "Content", "Verifier", "Vouchers"]),
        .target(name: "Rollup", dependencies: ["ABI", "JSON", "Vouchers"]),
        .target(name: "Machine", dependencies: ["Archive", "Content", "Rollup", "CPosix"]),
        .executableTarget(
            name: "RollupApp",
            dependencies: [
                "ABI", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup", "Machine",
            ]),
        // What the tool computes with the core, as requests and answers; never in the machine.
        .target(
            name: "CoreCommands", dependencies: ["ABI", "JSON", "Content", "Archive", "Verifier"]),
        .executableTarget(name: "CoreChecks", dependencies: ["CoreCommands", "Machine"]),

        // Host only.
        .target(name: "Terminal", dependencies: ["ABI", "CoreCommands"]),
        .target(
            name: "Interchange",
            dependencies: [
                "ABI", "JSON", "Content", "Verifier", "CoreCommands", "Terminal", "CZlib",
            ]),
        .target(
            name: "Client",
            dependencies: [
                "ABI", "JSON", "Content", "Archive", "Vouchers", "Marketplace", "Rollup",
                "CoreCommands", "Terminal",
            ]),
        .target(
            name: "RollupServer",
            dependencies: [
                "ABI", "JSON", "Vouchers", "Rollup",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        .target(
            name: "DevNode",
            dependencies: [
                "ABI", "JSON", "Vouchers", "Marketplace", "Rollup", "CoreCommands", "RollupServer",
                "Terminal",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .target(
            name: "Replay",
            dependencies: [
                "ABI", "JSON", "Content", "Vouchers", "Marketplace", "Rollup", "CoreCommands",
                "RollupServer", "Terminal",
            ]),
        .executableTarget(
            name: "deml",
            dependencies: [
                "ABI", "JSON", "Content", "Archive", "Verifier", "Vouchers", "Marketplace",
                "CoreCommands", "Terminal", "Interchange", "Client", "RollupServer", "DevNode",
                "Replay",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["ABI", "Content", "Archive", "CSecp256k1"],
            path: "Tests/TestSupport"),
        .testTarget(
            name: "TidyTests",
            dependencies: ["TestSupport"]),
        .testTarget(
            name: "ABITests",
            dependencies: ["TestSupport", "ABI", "CNettle"]),
        .testTarget(
            name: "JSONTests",
            dependencies: ["TestSupport", "JSON"]),
        .testTarget(
            name: "ContentTests",
            dependencies: ["TestSupport", "ABI", "Content", "Archive"]),
        .testTarget(
            name: "VerifierTests",
            dependencies: ["TestSupport", "ABI", "Verifier"]),
        .testTarget(
            name: "VouchersTests",
            dependencies: ["TestSupport", "ABI", "Vouchers"]),
        .testTarget(
            name: "MarketplaceTests",
            dependencies: [
                "TestSupport", "ABI", "Content", "Archive", "Verifier", "Vouchers", "Marketplace",
            ]),
        .testTarget(
            name: "HistoryTests",
            dependencies: [
                "TestSupport", "ABI", "Content", "Archive", "Verifier", "Vouchers", "Marketplace",
            ]),
        .testTarget(
            name: "RollupTests",
            dependencies: ["TestSupport", "ABI", "JSON", "Vouchers", "Marketplace", "Rollup"]),
        .testTarget(
            name: "MachineTests",
            dependencies: [
                "ABI", "Content", "Archive", "Vouchers", "Rollup", "Machine",
            ]),
        .testTarget(
            name: "CoreCommandsTests",
            dependencies: ["TestSupport", "ABI", "Content", "CoreCommands"]),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["CoreCommands", "Terminal", "deml"]),
        .testTarget(
            name: "InterchangeTests",
            dependencies: [
                "TestSupport", "ABI", "Verifier", "CoreCommands", "Terminal", "Interchange", "deml",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "ClientTests",
            dependencies: [
                "TestSupport", "ABI", "JSON", "Content", "Archive", "Vouchers", "Marketplace",
                "CoreCommands", "Terminal", "Client", "deml",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "DevNodeTests",
            dependencies: [
                "TestSupport", "ABI", "JSON", "Vouchers", "Marketplace", "Rollup", "RollupServer",
                "DevNode",
                .product(name: "Hummingbird", package: "hummingbird"),
            ]),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "TestSupport", "ABI", "JSON", "Content", "Vouchers", "Marketplace", "Rollup",
                "CoreCommands", "RollupServer", "Terminal", "Replay", "RollupApp", "deml",
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
                "ABI", "Content", "Verifier", "Vouchers", "Marketplace", "Rollup", "Machine",
                "CPosix", "CSecp256k1", "CHeap",
            ],
            path: "Benchmarks/Workloads"),
    ]
    package.products.append(.executable(name: "Workloads", targets: ["Workloads"]))
}

// One setting for all of our Swift targets.
let ofC: Set = ["CPosix", "CHeap"]
// What runs in the guest. The compiler refuses here already what Embedded Swift refuses there.
let core: Set = [
    "ABI", "JSON", "Content", "Archive", "Verifier", "Vouchers", "Marketplace", "Rollup", "Machine",
    "RollupApp", "CoreCommands", "CoreChecks", "Workloads",
]
for target in package.targets where target.type != .system && !ofC.contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
    if core.contains(target.name) {
        target.swiftSettings?.append(.treatWarning("EmbeddedRestrictions", as: .error))
    }
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

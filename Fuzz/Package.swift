// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the root build never pays for it.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "deml", path: "..")],
    targets: [
        .target(name: "FuzzSupport"),
        .executableTarget(name: "FuzzBlobs", dependencies: [core("Verifier")]),
        .executableTarget(
            name: "FuzzInputs",
            dependencies: ["FuzzSupport", core("ABI"), core("Marketplace"), core("Vouchers")]),
        .executableTarget(
            name: "FuzzRequests",
            dependencies: [
                "FuzzSupport", core("JSON"), core("Vouchers"), core("Marketplace"), core("Rollup"),
            ]),
        .executableTarget(
            name: "FuzzABI", dependencies: ["FuzzSupport", core("ABI"), core("Marketplace")]),
        .executableTarget(
            name: "FuzzContent",
            dependencies: ["FuzzSupport", core("ABI"), core("Content"), core("Archive")]),
        .executableTarget(
            name: "FuzzStream",
            dependencies: ["FuzzSupport", core("ABI"), core("Content"), core("Archive")]),
        .executableTarget(name: "FuzzCanary"),
    ],
    swiftLanguageModes: [.v6]
)

func core(_ name: String) -> Target.Dependency {
    .product(name: name, package: "deml")
}

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
    ]
}

// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the root build never pays for it.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "deml", path: "..")],
    targets: [
        .executableTarget(
            name: "FuzzBlobs", dependencies: [.product(name: "Verifier", package: "deml")]),
        .executableTarget(name: "FuzzCanary"),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
    ]
}

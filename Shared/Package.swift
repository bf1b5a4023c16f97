// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let hot: [SwiftSetting] = settings + [.strictMemorySafety()]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: hot)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude,
        swiftSettings: settings)
}

let package = Package(
    name: "Shared",
    products: [
        .library(name: "Checksum", targets: ["Checksum"]),
        .library(name: "Snapshots", targets: ["Snapshots"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "VectorIndex", targets: ["VectorIndex"]),
        .library(name: "Domain", targets: ["Domain"]),
        .library(name: "Models", targets: ["Models"]),
        .library(name: "Reranking", targets: ["Reranking"]),
        .library(name: "Training", targets: ["Training"]),
    ],
    targets: [
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
            linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CXXHash", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        library("Checksum", ["CCrypto", "CXXHash"]),
        library("Snapshots"),
        library("Kernels", ["CKernels"]),
        library("VectorIndex", ["Kernels", "Checksum", "Snapshots"], exclude: ["FORMAT.md", "README.md"]),
        library("Domain"),
        library("Models", ["Kernels", "Domain", "Checksum"]),
        library("Reranking", ["Kernels"]),
        library(
            "Training", ["Models", "Reranking", "VectorIndex", "Domain", "Kernels", "Checksum"],
            exclude: ["TwoTower/README.md"]),
        .executableTarget(
            name: "training-benchmark", dependencies: ["Training", "Models", "Domain", "Kernels"],
            path: "Benchmarks/TrainingBenchmark", swiftSettings: settings),
        .target(
            name: "Peaks", path: "Benchmarks/Peaks", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["Kernels", "VectorIndex", "Reranking", "Peaks"],
            path: "Benchmarks/KernelBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "index-benchmark", dependencies: ["VectorIndex", "Kernels"],
            path: "Benchmarks/IndexBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "index-file-benchmark", dependencies: ["VectorIndex"], path: "Benchmarks/IndexFileBenchmark",
            swiftSettings: settings),
        tests("Checksum"),
        tests("Snapshots"),
        tests("Kernels", ["CKernels"]),
        tests("VectorIndex", ["Kernels", "Checksum"]),
        tests("Domain"),
        tests("Models", ["Domain", "Kernels", "Checksum"], exclude: ["Fixtures"]),
        tests("Reranking"),
        tests("Training", ["Models", "Domain", "Kernels"]),
    ],
    cxxLanguageStandard: .cxx17
)

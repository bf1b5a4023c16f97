// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Targets of the package beside this one: the compute kernels and everything built on them.
func shared(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "Shared") }
}

func system(_ name: String, pkgConfig: String? = nil, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Services/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func library(_ path: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    let name = String(path.split(separator: "/").last!)
    return .target(
        name: name, dependencies: dependencies, path: "Services/\(path)", exclude: exclude, swiftSettings: settings)
}

func tests(_ path: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    let name = String(path.split(separator: "/").last!)
    return .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(path)", resources: resources,
        swiftSettings: settings)
}

let system: [Target] = [
    system("CUV", pkgConfig: "libuv", apt: "libuv1-dev"),
    system("CHTTPParser", apt: "libhttp-parser-dev"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    system("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    // Without pkg-config: hiredis' file has a flag that the package manager refuses.
    system("CHiredis", apt: "libhiredis-dev"),
    .target(
        name: "CSimdJSON", path: "Services/System/CSimdJSON",
        cxxSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
        linkerSettings: [.linkedLibrary("simdjson")]),
    .target(
        name: "CMessages", path: "Services/System/CMessages",
        cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
        linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(
        name: "CONNX", path: "Services/System/CONNX",
        cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])],
        linkerSettings: [.linkedLibrary("protobuf-c")]),
]

let platform: [Target] = [
    library("Platform/EventLoop", ["CUV"]),
    library("Platform/HTTP", ["EventLoop", "CHTTPParser"]),
    library("Platform/Deadline"),
    library("Platform/Threads"),
    library("Platform/RPC", ["Deadline", "EventLoop", "Metrics"] + shared("Checksum")),
    library("Platform/Metrics"),
    library("Platform/Logging"),
    library("Platform/CommandLine"),
    library("Platform/Configuration", ["CommandLine"] + shared("Domain")),
    library("Platform/JSON", ["CSimdJSON"]),
    library("Platform/Charts", ["CommandLine"]),
    library("Platform/Compression", ["CZlib"]),
]

let stores: [Target] = [
    library("Stores/SQLite", ["CSQLite"]),
    library("Stores/EventLog"),
    library("Stores/EmbeddedLog", ["EventLog", "SQLite", "Threads"]),
    library("Stores/KafkaLog", ["EventLog", "Threads", "Metrics", "Logging", "CRdKafka"]),
    library("Stores/DataDirectory"),
    library("Stores/Checkpoint", ["EventLog", "SQLite", "Metrics", "Logging"]),
    library("Stores/ModelRegistry", ["DataDirectory"] + shared("Models")),
    library("Stores/Redis", ["CHiredis", "EventLoop", "Metrics", "Logging"]),
    library("Stores/Outbox", ["EventLog", "SQLite", "Checkpoint", "Threads", "Metrics", "Logging"]),
]

let roles: [Target] = [
    library("Contracts", ["Deadline", "JSON", "EventLog"] + shared("Domain")),
    library("Messages", ["CMessages", "Contracts", "EventLog"] + shared("Domain"), exclude: ["Proto"]),
    library(
        "Stores/HotCache",
        ["Contracts", "Deadline", "Redis", "EventLoop", "Metrics"] + shared("Domain", "Checksum")),
    library(
        "ModelHost",
        ["Contracts", "ModelRegistry", "Metrics", "Logging"]
            + shared("Domain", "Models", "VectorIndex", "Kernels", "Checksum", "Snapshots")),
    library(
        "UserFeatures",
        [
            "Deadline", "Threads", "Contracts", "Messages", "EventLog", "SQLite", "Checkpoint", "Metrics", "Logging",
        ] + shared("Domain")),
    library("Catalogue", ["Contracts", "EventLog", "JSON", "Threads"] + shared("Domain")),
    library(
        "ItemFeatures",
        [
            "Catalogue", "Contracts", "EventLog", "Messages", "SQLite", "Checkpoint", "JSON", "Metrics", "Logging",
            "Threads",
        ]
            + shared("Domain")),
    library(
        "CatalogueFollower",
        ["Catalogue", "Contracts", "EventLog", "Messages", "Checkpoint", "Metrics", "Logging", "Threads"]
            + shared("Domain")),
    library("Recall", ["Deadline", "Contracts", "ModelHost"] + shared("Domain", "Models", "VectorIndex")),
    library("Ranking", ["Deadline", "Contracts", "ModelHost"] + shared("Domain", "Models")),
    library("Rerank", ["Deadline", "Contracts", "ModelHost"] + shared("Domain", "Reranking")),
    library(
        "Gateway",
        ["Deadline", "RPC", "Contracts", "EventLoop", "EventLog", "HTTP", "JSON", "Metrics", "Logging"]
            + shared("Domain", "Checksum")),
    library(
        "RemoteRoles", ["Contracts", "Deadline", "EventLog", "Messages", "RPC"] + shared("Domain")),
]

let tools: [Target] = [
    library("Import", ["Contracts", "Compression", "JSON", "EventLog", "CommandLine"] + shared("Domain", "Checksum")),
    library("Benchmarking", ["Compression", "JSON", "CommandLine"] + shared("Training")),
    library(
        "ModelExchange", ["CONNX", "Compression", "JSON", "CommandLine"] + shared("Domain", "Kernels", "Models"),
        exclude: ["Proto", "README.md"]),
    library("DemoWorld", ["Contracts", "EventLog"] + shared("Domain")),
    library(
        "Learning",
        ["Charts", "Contracts", "EventLog", "JSON", "ModelRegistry", "DataDirectory", "Configuration", "CommandLine"]
            + shared("Checksum", "Domain", "Models", "Training")),
    library(
        "Stack",
        [
            "Gateway", "Recall", "Ranking", "Rerank", "UserFeatures", "ItemFeatures", "ModelHost", "EmbeddedLog",
            "EventLog",
            "ModelRegistry", "DataDirectory", "DemoWorld", "Learning", "Configuration", "CommandLine", "Logging",
            "Metrics",
            "EventLoop", "HTTP", "JSON", "Contracts", "Import", "Checkpoint", "KafkaLog", "RPC", "RemoteRoles", "Redis",
            "HotCache", "CatalogueFollower", "Outbox",
        ] + shared("Checksum", "Domain", "Kernels", "Models")),
]

let package = Package(
    name: "cascade",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "cascade", targets: ["cascade"]),
        .executable(name: "loadtest", targets: ["loadtest"]),
    ],
    dependencies: [.package(path: "Shared")],
    targets: system + platform + stores + roles + tools + [
        .executableTarget(
            name: "cascade",
            dependencies: [
                "Stack", "EventLoop", "Import", "Learning", "ModelRegistry", "DataDirectory", "Benchmarking",
                "ModelExchange", "Contracts", "CommandLine", "Configuration", "Logging",
                "Metrics",
            ]
                + shared("Models", "Training"), path: "Services/Cascade",
            swiftSettings: settings),
        .target(
            name: "LoadGenerator",
            dependencies: ["EventLoop", "HTTP", "JSON", "Metrics", "CommandLine", "EventLog", "KafkaLog", "Logging"]
                + shared("Domain"),
            path: "loadtest/LoadGenerator", swiftSettings: settings),
        .executableTarget(
            name: "loadtest", dependencies: ["LoadGenerator", "CommandLine"], path: "loadtest/loadtest",
            swiftSettings: settings),
        .executableTarget(
            name: "rpc-benchmark", dependencies: ["RPC", "Deadline", "EventLoop", "Metrics", "CommandLine"],
            path: "Benchmarks/RPC", swiftSettings: settings),
        .executableTarget(
            name: "hot-cache-benchmark",
            dependencies: [
                "HotCache", "Redis", "Contracts", "Deadline", "EventLoop", "Metrics", "Logging", "CommandLine",
            ] + shared("Domain"),
            path: "Benchmarks/HotCache", swiftSettings: settings),
        .executableTarget(
            name: "user-features-benchmark",
            dependencies: ["UserFeatures", "KafkaLog", "EventLog", "Contracts", "Metrics", "Logging", "CommandLine"]
                + shared("Domain"),
            path: "Benchmarks/UserFeatures", swiftSettings: settings),
        .executableTarget(
            name: "message-benchmark",
            dependencies: ["Messages", "RandomMessages", "Contracts", "EventLog", "CommandLine"] + shared("Domain"),
            path: "Benchmarks/Messages", swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["EventLog", "SQLite"], path: "Tests/Support", swiftSettings: settings),
        tests("Platform/EventLoop", ["EventLoop"]),
        tests("Platform/HTTP", ["HTTP", "EventLoop"]),
        tests("Platform/RPC", ["RPC", "Deadline", "EventLoop", "Metrics", "TestSupport"]),
        tests("Platform/Metrics", ["Metrics"] + shared("Domain")),
        tests("Platform/Logging", ["Logging"]),
        tests("Platform/CommandLine", ["CommandLine"]),
        tests("Platform/Configuration", ["Configuration"] + shared("Domain")),
        tests("Platform/JSON", ["JSON"] + shared("Domain")),
        tests("Platform/Charts", ["Charts"]),
        tests("Platform/Compression", ["Compression", "TestSupport"]),
        tests("Stores/SQLite", ["SQLite", "TestSupport"]),
        tests("Stores/EventLog", ["EventLog", "EmbeddedLog", "KafkaLog", "Logging", "Metrics", "TestSupport"]),
        tests("Stores/DataDirectory", ["DataDirectory", "TestSupport"]),
        tests("Stores/EmbeddedLog", ["EmbeddedLog", "EventLog", "SQLite", "TestSupport"]),
        tests("Stores/KafkaLog", ["KafkaLog", "EventLog", "CRdKafka", "Logging", "Metrics", "TestSupport", "Threads"]),
        tests("Stores/Redis", ["Redis", "EventLoop", "Metrics", "Logging", "TestSupport"]),
        tests(
            "Stores/HotCache",
            ["HotCache", "Redis", "Contracts", "Deadline", "EventLoop", "Metrics", "Logging", "TestSupport"]
                + shared("Domain")),
        tests("Stores/ModelRegistry", ["ModelRegistry"] + shared("Domain", "Models")),
        tests("ModelExchange", ["ModelExchange", "CommandLine"] + shared("Domain", "Models")),
        tests("Stores/Outbox", ["Outbox", "SQLite", "EventLog", "Metrics", "Logging", "TestSupport"]),
        .target(
            name: "RandomMessages", dependencies: ["Messages", "Contracts", "EventLog"] + shared("Domain"),
            path: "Tests/RandomMessages", swiftSettings: settings),
        tests("Messages", ["Messages", "RandomMessages", "Contracts", "EventLog"] + shared("Domain")),
        tests(
            "RemoteRoles",
            [
                "RemoteRoles", "Messages", "RandomMessages", "RPC", "Deadline", "Contracts", "EventLog", "ModelHost",
                "Recall", "Ranking", "Rerank", "EventLoop", "Metrics",
            ] + shared("Domain", "Models")),
        tests(
            "ModelHost",
            ["ModelHost", "Recall", "Contracts", "Deadline", "TestSupport"]
                + shared("Domain", "Models", "VectorIndex")),
        tests("Contracts", ["Contracts", "JSON"] + shared("Domain")),
        tests(
            "UserFeatures",
            [
                "Deadline", "Messages", "TestSupport", "UserFeatures",
                "ItemFeatures", "EmbeddedLog", "Contracts",
                "EventLog",
                "Checkpoint",
                "SQLite",
                "Metrics",
                "Logging",
            ] + shared("Domain")),
        tests(
            "ItemFeatures",
            [
                "ItemFeatures", "TestSupport", "EmbeddedLog", "Contracts", "EventLog", "Checkpoint", "SQLite",
                "Metrics", "Logging",
            ]
                + shared("Domain")),
        tests("Catalogue", ["Catalogue", "Contracts", "EventLog", "TestSupport"] + shared("Domain")),
        tests(
            "CatalogueFollower",
            [
                "CatalogueFollower", "ItemFeatures", "Messages", "TestSupport", "Contracts", "EmbeddedLog", "EventLog",
                "KafkaLog",
                "Checkpoint",
                "Metrics", "Logging",
            ] + shared("Domain")),
        tests("Stores/Checkpoint", ["Checkpoint", "TestSupport"]),
        tests("Benchmarking", ["Benchmarking", "CommandLine"]),
        tests("Import", ["Import", "EmbeddedLog", "EventLog", "Contracts"] + shared("Domain")),
        tests("DemoWorld", ["DemoWorld"] + shared("Domain")),
        tests(
            "Learning",
            [
                "Learning", "Contracts", "EventLog", "EmbeddedLog", "ModelRegistry", "Configuration", "CommandLine",
                "TestSupport",
            ]
                + shared("Domain", "Models", "Training")),
        tests("Gateway", ["Gateway", "EventLog", "JSON", "Contracts"] + shared("Domain")),
        tests(
            "Stack",
            [
                "Deadline", "Outbox", "Metrics", "Stack", "Gateway", "Contracts", "JSON", "EventLog", "EmbeddedLog",
                "DataDirectory",
                "ModelRegistry",
                "ModelHost", "DemoWorld", "ItemFeatures", "UserFeatures", "Learning", "TestSupport", "Configuration",
                "CommandLine",
                "EventLoop",
                "Logging",
            ] + shared("Domain", "Models", "Training", "VectorIndex", "Checksum")),
        tests("LoadGenerator", ["LoadGenerator", "CommandLine", "EventLoop", "HTTP", "Metrics"] + shared("Domain")),
        tests("EndToEnd", ["TestSupport"]),
        tests(
            "Integration",
            ["TestSupport", "Contracts", "EventLog", "KafkaLog", "Logging", "Metrics"] + shared("Domain")),
    ],
    cxxLanguageStandard: .cxx17
)

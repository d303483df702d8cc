// swift-tools-version: 6.2
import PackageDescription

// The targets and what each may import are a table in Tests/ArchitectureTests; keep the two alike.

let package = Package(
    name: "hypercare",
    products: [.executable(name: "hypercare", targets: ["hypercare"])],
    targets: [
        // C facades: structs of a library never leave these targets.
        .target(
            name: "CTerm",
            cSettings: [.define("_GNU_SOURCE"), .define("NCURSES_WIDECHAR", to: "1")],
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CSystem", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CCurl", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CCrypto", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "CMariaDB",
            cSettings: [.define("_GNU_SOURCE"), .unsafeFlags(["-I/usr/include/mariadb"])]),
        .target(name: "CPCRE2", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CMicrohttpd", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CYAML", linkerSettings: [.linkedLibrary(":libyaml.a")]),
        .target(
            name: "CSQLite", linkerSettings: [.linkedLibrary(":libsqlite3.a"), .linkedLibrary("m")]),
        .target(name: "CZstd", cSettings: [.define("_GNU_SOURCE")]),

        // Pure values.
        // Rounding is in libm, which nothing else here would link.
        .target(name: "Text", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Statistics", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Monitoring", dependencies: ["Statistics", "Text"]),
        .target(name: "FeatureFlags", dependencies: ["Monitoring"]),
        .target(name: "Display", dependencies: ["Text"]),
        .target(name: "EngineAPI", dependencies: ["FeatureFlags", "Monitoring"]),
        .target(
            name: "Screens", dependencies: ["Display", "EngineAPI", "FeatureFlags", "Monitoring", "Text"]),
        .target(name: "Documents", dependencies: ["CYAML", "Text"]),
        .target(
            name: "Configuration",
            dependencies: ["Display", "Documents", "FeatureFlags", "Monitoring", "Text"],
            resources: [.embedInCode("../../themes/dark.yaml")]),
        .target(name: "Commands", dependencies: ["Configuration", "Text"]),
        .target(
            name: "Reports", dependencies: ["Documents", "EngineAPI", "FeatureFlags", "Monitoring", "Text"]),

        // The actor that owns state and time, and one attached operator.
        .target(name: "Engine", dependencies: ["EngineAPI", "FeatureFlags", "Monitoring", "Text"]),
        .target(name: "Session", dependencies: ["Display", "EngineAPI", "Monitoring", "Screens"]),

        // Adapters: each touches one part of the world.
        .target(
            name: "Platform", dependencies: ["CCrypto", "CCurl", "CMicrohttpd", "CSystem", "Monitoring"]),
        .target(
            name: "Probes",
            dependencies: [
                "CMariaDB", "CPCRE2", "Configuration", "Documents", "Monitoring", "Platform", "Text",
            ]),
        .target(
            name: "Recordings",
            dependencies: [
                "CZstd", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Platform", "Text",
            ]),
        .target(
            name: "FlagBackends",
            dependencies: ["Documents", "FeatureFlags", "Monitoring", "Platform", "Text"]),
        .target(
            name: "Persistence",
            dependencies: [
                "CSQLite", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Platform",
                "Text",
            ]),
        .target(name: "DemoStore", dependencies: ["FeatureFlags", "Monitoring", "Text"]),
        .target(name: "Curses", dependencies: ["CTerm", "Display"]),

        .executableTarget(
            name: "hypercare",
            dependencies: [
                "Commands", "Configuration", "Curses", "DemoStore", "Display", "Documents", "Engine",
                "EngineAPI",
                "FeatureFlags", "FlagBackends", "Monitoring", "Persistence", "Platform", "Probes",
                "Recordings", "Reports", "Screens", "Session", "Text",
            ],
            exclude: ["no-unwind-tables.ld"]),

        // Tests. TestSupport never imports Testing: the release build would not find it.
        .target(
            name: "TestSupport",
            dependencies: [
                "CSystem", "Display", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring",
                "Platform",
                "Screens", "Text",
            ],
            path: "Tests/TestSupport"),
        // What the poll set costs a big store: `make bench-store`.
        .executableTarget(
            name: "store-bench", dependencies: ["Monitoring", "Platform", "Probes", "TestSupport", "Text"],
            path: "Tests/Bench/store"),
        // What the detectors make of stores of random shape: `make bench-detect`.
        .executableTarget(
            name: "detect-bench", dependencies: ["Monitoring", "TestSupport", "Text"],
            path: "Tests/Bench/detect"),
        // What a key costs by how many rows there are: `make bench-frames`.
        .executableTarget(
            name: "frame-bench",
            dependencies: ["Display", "EngineAPI", "FeatureFlags", "Monitoring", "Screens"],
            path: "Tests/Bench/frames"),
        // What a poll of 500 queues costs a broker: `make bench-broker`.
        .executableTarget(
            name: "broker-bench", dependencies: ["Monitoring", "Platform", "Probes", "TestSupport", "Text"],
            path: "Tests/Bench/broker"),
        // Real servers with the store of the tests in them, to measure the console with: `make bench-live`.
        .executableTarget(
            name: "live-store", dependencies: ["Platform", "TestSupport"], path: "Tests/Bench/live"),
        // A store at work, watched for half an hour, and what it may suffer: `make soak`.
        .executableTarget(
            name: "soak", dependencies: ["Platform", "TestSupport"], path: "Tests/Bench/soak"),
        // Readers of what comes from outside, for `make fuzz` and its short form.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Commands", "Configuration", "Curses", "Documents", "Engine", "EngineAPI", "FeatureFlags",
                "FlagBackends", "Monitoring", "Persistence", "Platform", "Probes", "Recordings",
                "TestSupport",
                "Text",
            ],
            path: "Tests/Fuzz/targets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "Platform", "TestSupport"]),
        // Every system call of a save failed and killed at: `make faults`.
        .executableTarget(
            name: "store-faults",
            dependencies: [
                "Documents", "Engine", "EngineAPI", "FeatureFlags", "FlagBackends", "Monitoring",
                "Persistence", "Platform", "TestSupport",
            ], path: "Tests/Bench/faults"),
        // A console's backend in a process of its own, for the tests of flag files.
        .executableTarget(
            name: "flag-turner",
            dependencies: ["FeatureFlags", "FlagBackends", "Monitoring", "Platform", "TestSupport"],
            path: "Tests/Bench/turner"),
        .testTarget(
            name: "ArchitectureTests", dependencies: ["Configuration", "Documents", "TestSupport"]),
        .testTarget(name: "TextTests", dependencies: ["TestSupport", "Text"]),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"]),
        .testTarget(
            name: "RecordingsTests",
            dependencies: [
                "DemoStore", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Platform", "Recordings",
                "TestSupport", "Text",
            ]),
        .testTarget(
            name: "MonitoringTests", dependencies: ["Monitoring", "TestSupport", "Text"]),
        .testTarget(name: "FeatureFlagsTests", dependencies: ["FeatureFlags", "Monitoring", "TestSupport"]),
        .testTarget(name: "DisplayTests", dependencies: ["Display", "TestSupport"]),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents", "TestSupport"]),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "Configuration", "Curses", "Display", "Documents", "EngineAPI", "FeatureFlags", "Monitoring",
                "TestSupport", "Text",
            ]),
        .testTarget(
            name: "PlatformTests", dependencies: ["CSystem", "Monitoring", "Platform", "TestSupport", "Text"]),
        .testTarget(
            name: "ScreensTests",
            dependencies: [
                "Display", "EngineAPI", "FeatureFlags", "Monitoring", "Screens", "TestSupport", "Text",
            ],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Display", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Reports",
                "Screens",
                "TestSupport", "Text",
            ]),
        .testTarget(
            name: "SessionTests",
            dependencies: [
                "Display", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Screens", "Session",
                "TestSupport",
            ]),
        .testTarget(
            name: "PersistenceTests",
            dependencies: [
                "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Persistence", "Platform",
                "TestSupport", "store-faults",
            ]),
        .testTarget(
            name: "ProbesTests",
            dependencies: [
                "Configuration", "DemoStore", "Documents", "Engine", "EngineAPI", "Monitoring", "Platform",
                "Probes", "TestSupport", "Text",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "FlagBackendsTests",
            dependencies: [
                "Configuration", "Documents", "FeatureFlags", "FlagBackends", "Monitoring", "Platform",
                "TestSupport", "flag-turner",
            ]),
        .testTarget(
            name: "DemoStoreTests",
            dependencies: ["DemoStore", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "TestSupport"]),
        .testTarget(name: "CommandsTests", dependencies: ["Commands", "Configuration", "Text"]),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Documents", "EngineAPI", "FeatureFlags", "Monitoring", "Reports", "TestSupport"]),
        .testTarget(name: "CursesTests", dependencies: ["Curses", "Display", "Platform", "TestSupport"]),
        .testTarget(
            name: "SmokeTests",
            dependencies: [
                "Documents", "Engine", "Monitoring", "Persistence", "Platform", "TestSupport", "Text",
            ]),
    ]
)

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Swift's own regular expressions are 1.3 MB that nothing here uses.
let productSettings: [SwiftSetting] = [
    .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"]),
    // A section for each function, so that the linker drops what nothing calls.
    .unsafeFlags(["-Osize", "-Xfrontend", "-function-sections"], .when(configuration: .release)),
]

// libFuzzer counts the edges of what is fuzzed, so all of it is compiled for it, in a folder of its own.
if Context.environment["FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets", "Platform"], path: "Tests/Fuzz/driver",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}

for target in package.targets {
    let isC = target.name.hasPrefix("C") && target.name.dropFirst().first?.isUppercase == true
    if isC {
        target.cSettings =
            (target.cSettings ?? []) + [
                .treatAllWarnings(as: .error),
                .unsafeFlags(["-fstack-protector-strong", "-fstack-clash-protection"]),
                // Without optimisation the C library only warns that it cannot.
                .define("_FORTIFY_SOURCE", to: "2", .when(configuration: .release)),
            ]
    } else {
        let isProduct = target.type != .test && target.path?.hasPrefix("Tests/") != true
        target.swiftSettings = swiftSettings + (isProduct ? productSettings : [])
        if Context.environment["FUZZ"] != nil {
            target.swiftSettings? += [
                .unsafeFlags(
                    ["-sanitize=fuzzer", "-enable-testing"]
                        + (target.name == "fuzz" ? ["-parse-as-library"] : []))
            ]
        }
    }
    if target.type == .executable, target.name != "fuzz" {
        // lld drops unused sections and packs relocations; gold, the default, does neither. The static runtime
        // asks for every symbol to be exported, which would keep all of them. Unwind tables are a sixth of the
        // file, and nothing unwinds: no C++ exception is thrown or caught in it. Every address is resolved before
        // the program begins, and its table is read-only from then on.
        target.linkerSettings =
            (target.linkerSettings ?? []) + [
                .unsafeFlags(
                    [
                        "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=safe", "-Xlinker",
                        "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
                        "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now",
                        "-Xlinker",
                        "--no-eh-frame-hdr", "-Xlinker",
                        "-T\(Context.packageDirectory)/Sources/hypercare/no-unwind-tables.ld",
                    ], .when(configuration: .release))
            ]
    }
}

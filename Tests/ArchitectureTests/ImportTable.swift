/// What each target may import: the house's walls. The manifest does not stop an undeclared import from
/// compiling, so `ImportTests` holds every file against this table.
enum ImportTable {
    static let allowed: [String: Set<String>] = [
        "Text": [],
        "Statistics": ["Glibc"],
        "Monitoring": ["Statistics", "Text"],
        "FeatureFlags": ["Monitoring"],
        "Display": ["Text"],
        "EngineAPI": ["FeatureFlags", "Monitoring"],
        "Screens": [
            "Display", "EngineAPI", "FeatureFlags", "Monitoring", "Synchronization", "Text",
        ],
        "Engine": ["EngineAPI", "FeatureFlags", "Monitoring", "Synchronization", "Text"],
        "Session": ["Display", "EngineAPI", "Monitoring", "Screens", "Synchronization"],
        "Documents": ["CYAML", "Text"],
        "Configuration": ["Display", "Documents", "FeatureFlags", "Monitoring", "Text"],
        "Platform": ["CCrypto", "CCurl", "CMicrohttpd", "CSystem", "Glibc", "Monitoring", "Synchronization"],
        "Probes": [
            "CMariaDB", "CPCRE2", "Configuration", "Documents", "Monitoring", "Platform", "Synchronization",
            "Text",
        ],
        // A recording holds what an engine was told.
        "Recordings": [
            "CZstd", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Platform",
            "Synchronization", "Text",
        ],
        "FlagBackends": ["Documents", "FeatureFlags", "Monitoring", "Platform", "Text"],
        "Persistence": [
            "CSQLite", "Documents", "Engine", "EngineAPI", "FeatureFlags", "Monitoring", "Platform",
            "Synchronization",
            "Text",
        ],
        "Reports": ["Documents", "EngineAPI", "FeatureFlags", "Monitoring", "Text"],
        "DemoStore": ["FeatureFlags", "Monitoring", "Synchronization", "Text"],
        "Curses": ["CTerm", "Display"],
        "Commands": ["Configuration", "Text"],
        "hypercare": [
            "Commands", "Configuration", "Curses", "DemoStore", "Display", "Documents", "Engine", "EngineAPI",
            "FeatureFlags", "FlagBackends", "Monitoring", "Persistence", "Platform", "Probes",
            "Recordings", "Reports", "Screens", "Session", "Synchronization", "Text",
        ],
    ]

    /// Files longer than 400 lines, each with the reason why one idea still lives there.
    static let longFiles: [String: String] = [:]
}

import Documents

/// Where the store's code is: what tells of maintenance and of a deploy.
package struct ReleaseSettings: Sendable, Hashable {
    package var root = ""
    /// The link that leads to the code that runs; nil where there is none.
    package var release: String?
    /// `["ssh", "app1"]`; empty for a folder here.
    package var via: [String] = []
    package var interval: Duration = .seconds(10)
    /// At most the interval.
    package var deadline: Duration = .seconds(8)

    package init() {}

    static var section: Section<ReleaseSettings> {
        Section(
            "release", "The store's folder: maintenance mode, and which release runs.", ReleaseSettings(),
            [
                Field(
                    "root", \.root, .path,
                    "Magento's folder, on the machine that holds it; maintenance is its var/.maintenance.flag.",
                    required: true, example: "/var/www/magento/current"),
                Field(
                    "release", \.release, optional: .path,
                    "The link that a deploy points at another release; what it says is read, not followed.",
                    example: "/var/www/magento/current"),
                Field(
                    "via", \.via, .via, "A command prefix that leads to the folder's machine.",
                    example: "[ssh, app1]"),
                Field("interval", \.interval, .interval, "How often it is looked at."),
                Field("deadline", \.deadline, .deadline, "How long one look may take, at most the interval."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                guard Programs.isHere(node) else { return }
                if let root = node["root"], !value.root.isEmpty {
                    reading.claim(.folder(value.root), at: root.place)
                }
                if let link = node["release"], let path = value.release {
                    reading.claim(.link(path), at: link.place)
                }
            })
    }
}

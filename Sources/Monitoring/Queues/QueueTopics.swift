/// Whose messages wait longest in one queue, as far as a look at the oldest goes.
package struct QueueTopics: Hashable, Sendable, Codable {
    package struct Topic: Hashable, Sendable, Codable {
        /// As the server has it, not cleaned.
        package var name: String
        package var count: Int
        package var oldest: WallTime

        package init(_ name: String, count: Int, oldest: WallTime) {
            self.name = name
            self.count = count
            self.oldest = oldest
        }
    }

    /// The one with the oldest message first.
    package var topics: [Topic]
    package var readAt: WallTime
    /// So many messages of all queues were looked at.
    package var looked: Int
    /// More wait than were looked at.
    package var isPart: Bool

    package init(_ topics: [Topic], readAt: WallTime, looked: Int, isPart: Bool) {
        self.topics = topics
        self.readAt = readAt
        self.looked = looked
        self.isPart = isPart
    }
}

import Glibc
import Platform
import TestSupport

// Holds the store of the tests, on real servers, for `make bench-live`: prints the path of a config that
// watches it with the default intervals. Each line on its input is a number of RabbitMQ queues to add and is
// answered by a line when they are there. At the end of its input everything is stopped and removed.

@main
struct LiveStore {
    static func main() async {
        do {
            let store = try await RealStore()
            let timings = [
                "        interval: 2s\n        deadline: 1s\n",
                "        interval: 1s\n        deadline: 1s\n",
                ", interval: 1s, deadline: 1s",
            ]
            say(try store.config((timings[0], ""), (timings[1], ""), (timings[2], "")))
            var next = 0
            while let line = try await onThread({ readLine() }) {
                guard let count = Int(line), (1...10_000).contains(count) else {
                    throw SystemError("add queues", line, detail: "a number of 1 to 10000 was expected")
                }
                for _ in 0..<count {
                    next += 1
                    try await store.broker.declareQueue("shop.topic.\(next)")
                }
                say("\(next)")
            }
        } catch {
            let words = "live-store: \(error)\n"
            _ = unsafe write(STDERR_FILENO, words, words.utf8.count)
            exit(1)
        }
    }

    private static func say(_ line: String) {
        print(line)
        _ = fflush(nil)
    }
}

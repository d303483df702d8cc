import Monitoring

func queue(
    ready: Int = 0, consumers: QueueReading.Consumers = .subscribed(1),
    _ set: (inout QueueReading) -> Void = { _ in }
) -> QueueReading {
    var reading = QueueReading(name: "erp.order.export", transport: .amqp)
    reading.ready = Count(ready)
    reading.consumers = consumers
    set(&reading)
    return reading
}

/// Reads `readings` one after the other, `every` seconds apart, and says what the last one was judged.
func judged(
    _ readings: [QueueReading], every: Double = 5, limits: QueueLimits = QueueLimits()
) -> String {
    var watch = QueueWatch()
    var seconds = 0.0
    for (index, reading) in readings.enumerated() {
        seconds = Double(index) * every
        watch.observe(reading, limits: limits, interval: .seconds(every), at: moment(seconds))
    }
    return sentence(watch.assess(limits, at: Moment(moment(seconds))), at: seconds)
}

func lasting(_ reading: QueueReading, seconds: Int) -> [QueueReading] {
    [QueueReading](repeating: reading, count: seconds / 5 + 1)
}

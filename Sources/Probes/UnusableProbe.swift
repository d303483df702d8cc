package import Monitoring

/// Stands for a source that cannot be read as it is set up: on the screen with its reason, like any failure.
package struct UnusableProbe: Examinable {
    package let schedule: ProbeSchedule
    private let failure: ReadFailure

    package init(_ schedule: ProbeSchedule, _ failure: ReadFailure) {
        self.schedule = schedule
        self.failure = failure
    }

    @concurrent package func read() async throws(ReadFailure) -> Sample { throw failure }
    @concurrent package func close() async {}

    @concurrent package func examine() async -> [DoctorStep] {
        [DoctorStep("set up", .failed, failure.message, advice: failure.advice)]
    }
}

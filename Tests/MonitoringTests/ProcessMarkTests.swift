import Monitoring
import Testing

@Suite struct ProcessMarkTests {
    @Test func `comes back from its text, and from no other`() {
        let mark = ProcessMark(pid: 4242, startTicks: 123_456_789, bootID: "5f0c-11")
        #expect(ProcessMark(mark.text) == mark)
        for text in [
            "", "pid 1", "pid x, start 1, boot b", "pid 1, start -1, boot b", "pid 1, start 1, boot ",
            "pid 0, start 1, boot b", "saved; pid 1, start 1, boot b",
        ] {
            #expect(ProcessMark(text) == nil, "\(text)")
        }
    }

    @Test func `knows when it began, in this boot`() {
        // An hour after the system's start, less 95 s.
        let mark = ProcessMark(pid: 4242, startTicks: 350_500, bootID: "test")
        #expect(mark.began(asOf: moment()) == moment(-95))
        #expect(ProcessMark(pid: 4242, startTicks: 350_500, bootID: "b").began(asOf: moment()) == nil)
        #expect(ProcessMark(pid: 1, startTicks: .max, bootID: "test").began(asOf: moment()) == moment())
    }
}

// Progress: a bar for a person, one line per minute for a log, and always the first and the last state.
import Faults
import StageKit
import Synchronization
import Testing

@Suite struct Progress {
  @Test func linesAreWrittenFirstLastAndOncePerMinute() {
    var meter = ProgressMeter(.lines)
    let said = (0...1600).compactMap { step in
      meter.update(step, of: 1600, note: "loss 0.9", at: Double(step) / 10).map { (step, $0) }
    }
    #expect(said.map(\.0) == [0, 600, 1200, 1600])
    #expect(said[0].1 == "0/1600 0% loss 0.9")
    #expect(said[1].1 == "600/1600 37% loss 0.9 10/s eta 1m40s")
    #expect(said[3].1 == "1600/1600 100% loss 0.9 10/s")
  }

  @Test func aResumedCountHasTheRateOfThisProcess() {
    var meter = ProgressMeter(.lines)
    #expect(meter.update(900, of: 1000, note: "", at: 5) == "900/1000 90%")
    #expect(meter.update(960, of: 1000, note: "", at: 65) == "960/1000 96% 1/s eta 40s")
  }

  @Test func aSecondCountStartsOver() {
    var meter = ProgressMeter(.lines)
    _ = meter.update(0, of: 10, note: "", at: 0)
    #expect(meter.update(10, of: 10, note: "", at: 1) != nil)
    #expect(meter.update(10, of: 10, note: "", at: 2) == nil)
    #expect(meter.update(0, of: 10, note: "", at: 3) == "0/10 0%")
    #expect(meter.update(0, of: 0, note: "", at: 4) == "0/0 100%")
  }

  @Test func theBarFillsUp() {
    var meter = ProgressMeter(.bar)
    #expect(meter.update(0, of: 4, note: "", at: 0) == "[........................] 0/4 0%")
    #expect(meter.update(1, of: 4, note: "", at: 0.05) == nil)
    #expect(meter.update(2, of: 4, note: "", at: 1) == "[############............] 2/4 50% 2/s eta 1s")
  }

  @Test func noBarWithoutATerminal() {
    func style(_ isTerminal: Bool, _ environment: [String: String]) -> ProgressMeter.Style {
      .standardError(isTerminal: isTerminal, environment: environment)
    }
    #expect(style(true, [:]) == .bar)
    #expect(style(false, [:]) == .lines)
    #expect(style(true, ["CI": "true"]) == .lines)
    #expect(style(true, ["TERM": "dumb"]) == .lines)
    #expect(style(true, ["MAKEFLAGS": " -j2 --jobserver-auth=3,4"]) == .lines)
    #expect(style(true, ["MAKEFLAGS": "s"]) == .bar)
  }

  @Test func durationsAreShort() {
    #expect(ProgressMeter.duration(41.7) == "42s")
    #expect(ProgressMeter.duration(387) == "6m27s")
    #expect(ProgressMeter.duration(3 * 3600 + 300) == "3h05m")
    #expect(ProgressMeter.duration(.infinity).hasSuffix("m"))
  }

  @Test func aMessageRemovesTheBarAndNoBarWraps() throws {
    let written = Mutex("")
    let terminal = Terminal(style: .bar, columns: { 46 }) { text in written.withLock { $0 += text } }
    let context = try StageContext(name: "probe", options: try CommonOptions.parse([]), terminal: terminal)
    context.progress(0, of: 2)
    context.say("hello")
    context.progress(2, of: 2)
    let bars = ["[........................] 0/2 0%", "[########################] 2/2 10"]
    let text = written.withLock { $0 }
    #expect(text.hasPrefix("probe: \(bars[0])\r\u{1B}[Kprobe: hello\nprobe: \(bars[1])"))
    #expect(text.hasSuffix("\n"))
  }
}

// A stage for the tests of StageKit: it does the one thing that it is told to, so that a test sees from outside what
// every stage does around it.
import ArgumentParser
import Faults
import Files
import Foundation
import StageKit

@main struct Probe: Stage {
  static let configuration = CommandConfiguration(commandName: "probe", abstract: "Does one thing, for a test.")

  enum Act: String, ExpressibleByArgument, CaseIterable {
    case speak, fault, missingFile, strangeError, table, steps, sleep, environment, provenance
    case trap, exhaust, overflow, cut, spin, hostile
  }

  @OptionGroup var common: CommonOptions
  @Argument(help: "What to do.") var act: Act
  @Option(help: "How often, or how much.") var count = 1
  @Option(help: "Taken for the provenance's sake.") var output = ""

  func run(_ context: StageContext) throws {
    switch act {
    case .speak:
      context.say("one sentence")
      context.warn("one warning")
    case .fault: throw Fault(.data, "train.jsonl:17", "label \"E\" is not one of A, B", hint: "look there")
    case .missingFile: _ = try String(contentsOfFile: "/nowhere/to/be/found", encoding: .utf8)
    case .strangeError: throw Strange.thing
    case .table: print(String(repeating: "x", count: count))
    case .steps: steps(context)
    case .trap: print([1, 2][count + 1])
    case .exhaust: print([UInt8](repeating: 1, count: 1 << 46).count)
    case .overflow: print(depth(of: 0))
    case .cut: try readCutFile()
    case .spin: spin(context)
    case .hostile:
      context.warn("one value: \(output.split(separator: "\n").joined())")
      throw Fault(.data, output, output, hint: output)
    case .sleep:
      context.say("asleep")
      Thread.sleep(forTimeInterval: 30)
    case .environment:
      for (name, value) in ProcessInfo.processInfo.environment.sorted(by: { $0.key < $1.key }) {
        print("\(name)=\(value)")
      }
    case .provenance: print(context.provenance.commandLine, context.provenance.reproducible, context.threads)
    }
  }

  /// Calls itself until the stack is full.
  private func depth(of level: Int) -> Int {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 128) { room in
      room[level & 127] = depth(of: level + 1)
      return room[count & 127] &+ 1
    }
  }

  /// Maps the file at `output` and reads it after it was cut short.
  private func readCutFile() throws {
    let file = try MappedFile(output)
    truncate(output, 0)
    print(file.withUnsafeBytes { $0.reduce(0) { $0 &+ Int($1) } })
  }

  /// Asks whether to stop, once, and never comes back to ask again.
  private func spin(_ context: StageContext) {
    _ = context.interrupted
    context.say("lost in a loop")
    while true { Thread.sleep(forTimeInterval: 0.01) }
  }

  /// A loop with a safe point at every step.
  private func steps(_ context: StageContext) {
    for step in 0...count {
      if context.interrupted { context.stopInterrupted() }
      context.progress(step, of: count, note: "loss 0.9")
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}

private enum Strange: Error { case thing }

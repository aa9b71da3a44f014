// A stage for the tests of StageKit: it does the one thing that it is told to, so that a test sees from outside what
// every stage does around it.
import ArgumentParser
import Faults
import Foundation
import StageKit

@main struct Probe: Stage {
  static let configuration = CommandConfiguration(commandName: "probe", abstract: "Does one thing, for a test.")

  enum Act: String, ExpressibleByArgument, CaseIterable {
    case speak, fault, missingFile, strangeError, table, steps, sleep, environment, provenance
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
    case .fault: throw Fault(.data, "train.jsonl:17", "label \"E\" is none of A, B", hint: "look there")
    case .missingFile: _ = try String(contentsOfFile: "/nowhere/to/be/found", encoding: .utf8)
    case .strangeError: throw Strange.thing
    case .table: print(String(repeating: "x", count: count))
    case .steps: steps(context)
    case .sleep:
      context.say("asleep")
      Thread.sleep(forTimeInterval: 30)
    case .environment:
      for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "CREDENCE_RESTARTED"] {
        print("\(name)=\(ProcessInfo.processInfo.environment[name] ?? "")")
      }
    case .provenance: print(context.provenance.commandLine, context.provenance.reproducible, context.threads)
    }
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

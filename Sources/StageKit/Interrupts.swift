// Signals. The first SIGINT, SIGTERM or SIGHUP asks the stage to stop at its next safe point. The second ends it at once, and so do
// 15 seconds without a safe point: a library may have lost itself in a loop, and a scheduler kills after 30. A stage without
// safe points is ended by the first. That is harmless: files appear under their final names only whole.
// A broken pipe or a file-size limit is an error of the write that meets it, not the end of the process.
import Foundation
import Synchronization

/// What signals have come.
enum Interrupts {
  /// Begins to listen. A signal that was ignored at the start stays ignored, as for a job that a shell put behind.
  static func install() {
    // The globals must exist before a handler may touch them.
    _ = (pendingSignal.load(ordering: .relaxed), stageAsks.load(ordering: .relaxed))
    var asked = sigset_t()
    sigemptyset(&asked)
    for number in names.map(\.key) {
      sigaddset(&asked, number)
      var action = sigaction()
      sigaction(number, nil, &action)
      guard !isIgnored(action) else { continue }
      action = sigaction()
      action.__sigaction_handler.sa_handler = handle
      // Reads and writes go on where they were.
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    // A parent that blocks signals passes the blocked signals on to the stage.
    sigaddset(&asked, SIGALRM)
    signal(SIGALRM, handle)
    sigprocmask(SIG_UNBLOCK, &asked, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The signal that asks the stage to stop, or nil. To ask is to promise to stop soon.
  static func poll() -> Int32? {
    stageAsks.store(true, ordering: .relaxed)
    let number = pendingSignal.load(ordering: .relaxed)
    guard number != 0 else { return nil }
    // This is the safe point: what is written now may take its time.
    alarm(0)
    return number
  }

  /// What users call the signal, such as `SIGTERM`.
  static func name(of number: Int32) -> String { names.first { $0.key == number }?.value ?? "signal \(number)" }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// The signals that ask the stage to stop. SIGHUP comes when a terminal or a session is closed.
private let names: KeyValuePairs<Int32, String> = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
/// 0, or the first signal that came.
private let pendingSignal = Atomic<Int32>(0)
/// How long the stage may take to a safe point, once it was asked to stop.
private let secondsToSafePoint: UInt32 = 15
/// True once the stage has asked `interrupted`.
private let stageAsks = Atomic<Bool>(false)

/// The handler: only what is safe in a signal handler, which is atomics, write(2) and _exit(2).
private func handle(_ number: Int32) {
  let (isFirst, first) = pendingSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
  if number == SIGALRM {
    say("\ninterrupted: no safe point was reached; stopped; the same command resumes from the last checkpoint\n")
    _exit(128 + (first == 0 ? number : first))
  } else if isFirst && stageAsks.load(ordering: .relaxed) {
    say("\ninterrupted: stopping at the next safe point; a second signal, or 15 seconds, stops at once\n")
    alarm(secondsToSafePoint)
  } else {
    say("\ninterrupted: stopped at once; every file with its final name is whole, and the same command resumes\n")
    _exit(128 + number)
  }
}

private func say(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

// Signals that stop a stage. The first SIGINT, SIGTERM or SIGHUP asks it to stop at its next safe point. A second signal
// ends it at once. So do 15 seconds without a safe point, because a library may hang, and schedulers kill after 30 seconds.
// A stage without safe points is ended by the first signal. That is harmless, since a file gets its final name only when it
// is complete. SIGPIPE and SIGXFSZ are ignored: the write that fails reports the error.
import Foundation
import Synchronization

/// The signals that have arrived.
enum Interrupts {
  /// Installs the handlers. A signal that was ignored at the start stays ignored, as for a shell's background jobs.
  static func install() {
    // Initialises the globals, which a signal handler must not do.
    _ = (pendingSignal.load(ordering: .relaxed), stagePolls.load(ordering: .relaxed))
    var asked = sigset_t()
    sigemptyset(&asked)
    for number in names.map(\.key) {
      sigaddset(&asked, number)
      var action = sigaction()
      sigaction(number, nil, &action)
      guard !isIgnored(action) else { continue }
      action = sigaction()
      action.__sigaction_handler.sa_handler = handle
      // Interrupted reads and writes are restarted.
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    // The parent may have blocked signals; the stage would inherit that.
    sigaddset(&asked, SIGALRM)
    signal(SIGALRM, handle)
    sigprocmask(SIG_UNBLOCK, &asked, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The signal that asks the stage to stop, or nil. A stage that calls this is expected to call it often.
  static func poll() -> Int32? {
    stagePolls.store(true, ordering: .relaxed)
    let number = pendingSignal.load(ordering: .relaxed)
    guard number != 0 else { return nil }
    // This is the safe point. Writing the checkpoint may take longer than the limit.
    alarm(0)
    return number
  }

  /// The signal's name, such as `SIGTERM`.
  static func name(of number: Int32) -> String { names.first { $0.key == number }?.value ?? "signal \(number)" }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// The signals that ask the stage to stop. SIGHUP comes when a terminal or a session is closed.
private let names: KeyValuePairs<Int32, String> = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
/// 0, or the first signal that came.
private let pendingSignal = Atomic<Int32>(0)
/// How long the stage may take to reach a safe point after the first signal.
private let secondsToSafePoint: UInt32 = 15
/// Whether the stage has called `poll` before, so that it has safe points.
private let stagePolls = Atomic<Bool>(false)

/// The handler. It uses only what is safe in a signal handler: atomics, write(2), alarm(2) and _exit(2).
private func handle(_ number: Int32) {
  let (isFirst, first) = pendingSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
  if number == SIGALRM {
    say("\ninterrupted: no safe point was reached; stopped; the same command resumes from the last checkpoint\n")
    _exit(128 + (first == 0 ? number : first))
  } else if isFirst && stagePolls.load(ordering: .relaxed) {
    say("\ninterrupted: stopping at the next safe point; a second signal, or 15 seconds, stops at once\n")
    alarm(secondsToSafePoint)
  } else {
    say("\ninterrupted: stopped at once; every file with its final name is complete, and the same command resumes\n")
    _exit(128 + number)
  }
}

private func say(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

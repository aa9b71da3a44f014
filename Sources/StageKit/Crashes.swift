// Crash handling. A failed precondition, a failed allocation or a crash in a library raises a signal, which would end the
// stage with a page of stack trace. This handler ends it with one line, a hint and an exit code instead. To debug a crash,
// set SWIFT_BACKTRACE=enable=yes: then nothing is installed, and Swift prints its stack trace.
@preconcurrency import Foundation
import Faults
import Synchronization

/// Handles the signals of a crash.
enum Crashes {
  /// From now on, reports a crash of the process as an error of the stage called `stage`.
  static func install(for stage: String) {
    let backtrace = getenv("SWIFT_BACKTRACE").map { String(cString: $0) } ?? ""
    guard !backtrace.contains("enable=yes"), !backtrace.contains("enable=tty") else { return }
    memoryHint = strdup(Memory.hint.settingsAsFlags)
    messageStart = strdup((isatty(2) == 1 ? "\n" : "") + stage + ": error: ")
    // Initialises the globals, which a signal handler must not do.
    _ = (isEnding.load(ordering: .relaxed), captured)
    captureStandardError()
    // A second stack for the handler, since the first may have overflowed.
    var stack = stack_t()
    (stack.ss_sp, stack.ss_size) = (malloc(1 << 16), 1 << 16)
    sigaltstack(&stack, nil)
    for (number, _) in names {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = end
      action.sa_flags = SA_ONSTACK
      sigaction(number, &action, nil)
    }
  }

  /// Captures what libraries print to C's `stderr`, such as Swift's `Fatal error: ...` before an abort. The handler reports
  /// it; without a crash it is printed when the process ends. The stage's own messages do not go through `stderr`.
  private static func captureStandardError() {
    guard let stream = fmemopen(captured, capacity, "w") else { return }
    setvbuf(stream, nil, _IONBF, 0)
    stderr = stream
    atexit { printError(captured, count: strlen(captured)) }
  }
}

/// The handled signals and their names.
private let names: KeyValuePairs<Int32, StaticString> = [
  SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGSEGV: "SIGSEGV", SIGTRAP: "SIGTRAP",
]
/// `stage: error: `, and the hint for a failed allocation: C strings, which a signal handler can read.
nonisolated(unsafe) private var (messageStart, memoryHint): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
/// What libraries have printed, ended by a NUL.
nonisolated(unsafe) private let captured: UnsafeMutablePointer<CChar> = {
  let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
  buffer.initialize(repeating: 0, count: capacity)
  return buffer
}()
private let capacity = 4096
private let isEnding = Atomic<Bool>(false)

/// The handler. It calls nothing that is unsafe in a signal handler.
private func end(_ number: Int32) {
  let reason = errno
  // If another thread has crashed too, it is ending the process already.
  guard !isEnding.exchange(true, ordering: .relaxed) else { while true { pause() } }
  messageStart.map { printError($0, count: strlen($0)) }
  let isOutOfMemory =
    reason == ENOMEM || strstr(captured, "failed to allocate") != nil || strstr(captured, "bad_alloc") != nil
  if !isOutOfMemory, let path = FileInHand.path { endWhileReading(path, number) }
  if number == SIGBUS {
    printError("input: a file was truncated, or its disk failed, while it was read\n")
    printError("hint: run the stage again, and do not change its inputs while it runs\n")
    _exit(Fault.Code.inputOutput.rawValue)
  }
  printError(isOutOfMemory ? "memory: there is not enough" : "unexpected: ended by ")
  if !isOutOfMemory { for (signal, name) in names where signal == number { printError(name) } }
  writeCapturedReason()
  if isOutOfMemory {
    printError("\nhint: ")
    memoryHint.map { printError($0, count: strlen($0)) }
    printError("\n")
    _exit(Fault.Code.outOfMemory.rawValue)
  }
  printError(
    "\nhint: this is a bug in the program: please report it with the command; SWIFT_BACKTRACE=enable=yes shows where\n"
  )
  _exit(Fault.Code.internalError.rawValue)
}

/// Reports a crash while a library read the file at `path`. Its checksum was valid, so it was made or changed by hand.
private func endWhileReading(_ path: UnsafePointer<CChar>, _ number: Int32) -> Never {
  printError(path, count: strlen(path))
  if number == SIGBUS {
    printError(": was truncated, or its disk failed, while it was read\n")
    printError("hint: run the stage again, and do not change the file while it runs\n")
    _exit(Fault.Code.inputOutput.rawValue)
  }
  printError(": was not written by a stage: reading it was ended by ")
  for (signal, name) in names where signal == number { printError(name) }
  printError("\nhint: use only files of people whose programs you would run; remove it and run make again\n")
  _exit(Fault.Code.data.rawValue)
}

/// Writes the reason that a library has printed, up to the end of its line.
private func writeCapturedReason() {
  guard let start = strstr(captured, "Fatal error: ") ?? strstr(captured, "terminate called") else { return }
  let reason = strncmp(start, "Fatal error: ", 13) == 0 ? start + 13 : start
  printError(": ")
  printError(reason, count: strcspn(reason, "\n"))
}

private func printError(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }
private func printError(_ text: UnsafePointer<CChar>, count: Int) { _ = write(2, text, count) }

// The last line of defence. A trap of ours, an allocation that fails, or a library that does not check its own would end
// the stage by a signal with a page of stack trace. It ends it with one line and an exit code instead. With
// SWIFT_BACKTRACE=enable=yes in the environment everything is as Swift has it, for whoever looks for the mistake.
@preconcurrency import Foundation
import Faults
import Synchronization

/// Signals that say that the program itself failed.
enum Crashes {
  /// Turns crashes of the process into a line of the stage called `stage`.
  static func install(for stage: String) {
    let wished = getenv("SWIFT_BACKTRACE").map { String(cString: $0) } ?? ""
    guard !wished.contains("enable=yes"), !wished.contains("enable=tty") else { return }
    memoryHint = strdup(Memory.hint.settingsAsFlags)
    beginning = strdup((isatty(2) == 1 ? "\n" : "") + stage + ": error: ")
    _ = (isEnding.load(ordering: .relaxed), lastWords)
    listenToLastWords()
    // Where the stack is full, the handler needs another.
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

  /// Keeps back what libraries print to standard error, as Swift's `Fatal error: ...` before an abort; it is shown when the
  /// process ends. What the stage itself says does not go this way.
  private static func listenToLastWords() {
    guard let stream = fmemopen(lastWords, wordsRoom, "w") else { return }
    setvbuf(stream, nil, _IONBF, 0)
    stderr = stream
    atexit { say(lastWords, strlen(lastWords)) }
  }
}

/// The signals, by the names that users know.
private let names: KeyValuePairs<Int32, StaticString> = [
  SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGSEGV: "SIGSEGV", SIGTRAP: "SIGTRAP",
]
/// `stage: error: `, and the hint where memory is short, where a signal handler can read them.
nonisolated(unsafe) private var (beginning, memoryHint): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
/// Room for what libraries have printed, with a NUL behind it.
nonisolated(unsafe) private let lastWords: UnsafeMutablePointer<CChar> = {
  let room = UnsafeMutablePointer<CChar>.allocate(capacity: wordsRoom)
  room.initialize(repeating: 0, count: wordsRoom)
  return room
}()
private let wordsRoom = 4096
private let isEnding = Atomic<Bool>(false)

/// The handler: only what is safe in a signal handler.
private func end(_ number: Int32) {
  let reason = errno
  // Another thread is about to end the process already.
  guard !isEnding.exchange(true, ordering: .relaxed) else { while true { pause() } }
  beginning.map { say($0, strlen($0)) }
  let isShort =
    reason == ENOMEM || strstr(lastWords, "failed to allocate") != nil || strstr(lastWords, "bad_alloc") != nil
  if !isShort, let path = FileInHand.path { sayThatCannotBeRead(path, number) }
  if number == SIGBUS {
    say("input: a file was cut short, or its disk failed, while it was read\n")
    say("hint: let nothing write the inputs of a stage that runs; start it again\n")
    _exit(Fault.Code.inputOutput.rawValue)
  }
  say(isShort ? "memory: there is not enough" : "unexpected: ended by ")
  if !isShort { for (signal, name) in names where signal == number { say(name) } }
  sayLastWords()
  if isShort {
    say("\nhint: ")
    memoryHint.map { say($0, strlen($0)) }
    say("\n")
    _exit(Fault.Code.outOfMemory.rawValue)
  }
  say(
    "\nhint: this is a mistake of the program: please report it with the command; SWIFT_BACKTRACE=enable=yes shows where\n"
  )
  _exit(Fault.Code.internalError.rawValue)
}

/// A library did not survive the file at `path`: its checksum is right, so that somebody has made or changed it by hand.
private func sayThatCannotBeRead(_ path: UnsafePointer<CChar>, _ number: Int32) -> Never {
  say(path, strlen(path))
  if number == SIGBUS {
    say(": was cut short, or its disk failed, while it was read\nhint: start again; let nothing write the file\n")
    _exit(Fault.Code.inputOutput.rawValue)
  }
  say(": is not as the stages write it: reading it was ended by ")
  for (signal, name) in names where signal == number { say(name) }
  say("\nhint: use only files of people whose programs you would run; remove it and run make again\n")
  _exit(Fault.Code.data.rawValue)
}

/// What was printed last, without what stands before it in its line.
private func sayLastWords() {
  guard let start = strstr(lastWords, "Fatal error: ") ?? strstr(lastWords, "terminate called") else { return }
  let words = strncmp(start, "Fatal error: ", 13) == 0 ? start + 13 : start
  say(": ")
  say(words, strcspn(words, "\n"))
}

private func say(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }
private func say(_ text: UnsafePointer<CChar>, _ count: Int) { _ = write(2, text, count) }

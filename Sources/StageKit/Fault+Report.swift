// Turns every error into one line, one hint and one exit code. No error reaches the user as a dump of a Swift type.
import Faults
import Foundation

extension Fault {
  /// `stage: error: subject: message`, and a line with the hint. Every part is short and printable, and settings are spelled
  /// as flags.
  ///
  /// - Parameters:
  ///   - makeVariable: make's variable for further flags of the stage. It is added to a hint that names a flag.
  ///   - makeSettings: [flag] make's settings for single flags, which are added instead.
  package func lines(
    for stage: String, makeVariable: String? = nil, _ makeSettings: [String: String] = [:]
  ) -> String {
    let parts = [stage, "error", subject, message].filter { !$0.isEmpty }
    let line = parts.map { $0.settingsAsFlags.printable() }.joined(separator: ": ")
    guard !hint.isEmpty else { return line }
    let flags = hint.settingsAsFlags
    return "\(line)\nhint: \(flags.printable())\(Self.remarkForMake(hint, flags, makeVariable, makeSettings))"
  }

  /// ` (with make: ...)`: what a user of make sets where a hint names flags, or says words of `settingsOfWords`.
  private static func remarkForMake(
    _ hint: String, _ flags: String, _ variable: String?, _ settings: [String: String]
  ) -> String {
    if let known = settingsOfWords.first(where: { hint.contains($0.words) }) { return " (with make: \(known.setting))" }
    if flags == hint { return "" }
    var names: [String] = []
    for match in flags.matches(of: #/(?:^|\s)--([a-z]+(?:-[a-z]+)*)/#) where !names.contains(String(match.1)) {
      names.append(String(match.1))
    }
    let known = names.compactMap { settings[$0].map { $0 + "=" } }.joined(separator: ", ")
    guard let variable, names.contains(where: { settings[$0] == nil }) else {
      return known.isEmpty ? "" : " (with make: \(known))"
    }
    return known.isEmpty ? " (with make, in \(variable))" : " (with make: \(known), others in \(variable))"
  }

  /// What a user of make sets where a hint says these words: make passes the flag, or runs the stage, by itself.
  private static let settingsOfWords = [
    (words: "without `keep-head`", setting: "HEAD=linear"), (words: "with `keep-head`", setting: "HEAD=classifier"),
    (words: "import-adapter", setting: "ADAPTER="),
  ]

  /// The fault of a command line that the parser rejects.
  package init(usage message: String, of stage: String) {
    // The parser's sentences begin with a capital letter, ours in lower case after `error:`. Names such as THREADS stay.
    let isSentence = message.dropFirst().first?.isLowercase ?? false
    let text = isSentence ? message.prefix(1).lowercased() + message.dropFirst() : message
    // It lists the values of a flag on lines of their own.
    let line = text.replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", ")
    self.init(.usage, "", line, hint: "\(stage) --help")
  }

  /// `error` itself if it is a fault, otherwise the fault that fits it best.
  package init(describing error: any Error) {
    switch error {
    case let fault as Fault: self = fault
    case let error as DecodingError: self.init(.data, "input", Self.firstLine(of: error))
    case let error as POSIXError: self.init(systemCode: error.code.rawValue, path: "")
    case let error as CocoaError: self.init(error)
    default:
      self.init(
        .internalError, "unexpected", Self.firstLine(of: error),
        hint: "this is a bug in the program: please report it with the command and this line")
    }
  }

  /// A Foundation error about a file.
  private init(_ error: CocoaError) {
    let path = error.filePath ?? error.url?.path ?? ""
    if let underlying = error.underlying as? POSIXError {
      self.init(systemCode: underlying.code.rawValue, path: path)
      return
    }
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: self.init(systemCode: ENOENT, path: path)
    case .fileReadNoPermission: self.init(systemCode: EACCES, path: path)
    case .fileWriteNoPermission, .fileWriteFileExists, .fileWriteVolumeReadOnly:
      self.init(.cannotCreate, path, Self.firstLine(of: error))
    case .fileWriteOutOfSpace: self.init(systemCode: ENOSPC, path: path)
    default: self.init(.inputOutput, path, Self.firstLine(of: error))
    }
  }

  /// A system call's error about `path`.
  private init(systemCode: Int32, path: String) {
    let code: Code =
      switch systemCode {
      case ENOENT, EACCES, EISDIR, ENOTDIR, ELOOP: .noInput
      case EROFS, EEXIST, EPERM: .cannotCreate
      case EAGAIN, EBUSY, ETXTBSY: .tryLater
      default: .inputOutput
      }
    self.init(code, path, String(cString: strerror(systemCode)))
  }

  private static func firstLine(of error: any Error) -> String {
    let text = (error as? any LocalizedError)?.errorDescription ?? String(describing: error)
    return String(text.prefix { !$0.isNewline })
  }
}

extension String {
  /// The text with settings spelled as flags: `rank 4` in backquotes, as libraries write it, becomes --rank 4.
  var settingsAsFlags: String {
    replacing(#/`([a-z]+(?:-[a-z]+)*)((?: [^`]*)?)`/#) { "--\($0.1)\($0.2)" }
  }
}

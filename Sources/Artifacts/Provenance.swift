// Who made a file, from what, with which command. The part that differs from run to run (time, host, seconds, memory)
// is left out of a reproducible file.

/// What every file between the stages says of its making.
public struct Provenance: Equatable, Sendable {
  /// One file that was read.
  public struct Input: Equatable, Sendable {
    /// The path as it stood on the command line.
    public var path: String
    /// SHA-256 of its content in hexadecimal digits.
    public var digest: String
    /// Both as given.
    public init(path: String, digest: String) { (self.path, self.digest) = (path, digest) }
  }

  /// The stage that wrote it.
  public var producer: String
  /// The project's version.
  public var version: String
  /// The arguments, joined by blanks.
  public var commandLine: String
  /// The files that were read.
  public var inputs: [Input] = []
  /// True: nothing that differs from run to run is written.
  public var reproducible = false

  /// What `producer` was told to do.
  public init(producer: String, version: String, commandLine: String) {
    (self.producer, self.version, self.commandLine) = (producer, version, commandLine)
  }
}

// Who made a file, from what, with which command. The part that differs from run to run (time, host, seconds, memory)
// is left out of a reproducible file.

/// What every file between the stages says of its making.
package struct Provenance: Equatable, Sendable {
  /// One file that was read.
  package struct Input: Equatable, Sendable {
    /// The path as it stood on the command line.
    package var path: String
    /// SHA-256 of its content in hexadecimal digits.
    package var digest: String
    package init(path: String, digest: String) { (self.path, self.digest) = (path, digest) }
  }

  /// The stage that wrote it.
  package var producer: String
  /// The project's version.
  package var version: String
  /// The arguments, joined by blanks.
  package var commandLine: String
  /// The files that were read.
  package var inputs: [Input] = []
  /// True: nothing that differs from run to run is written.
  package var reproducible = false

  /// What `producer` was told to do.
  package init(producer: String, version: String, commandLine: String) {
    (self.producer, self.version, self.commandLine) = (producer, version, commandLine)
  }
}

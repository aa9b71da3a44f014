// Who made a file, from which inputs, with which command. What differs from run to run (time, host, seconds, memory) is
// left out of a reproducible file.

/// What every artifact says about its making.
package struct Provenance: Equatable, Sendable {
  /// One input file.
  package struct Input: Equatable, Sendable {
    /// The path as given on the command line.
    package var path: String
    /// SHA-256 of its content in hexadecimal digits.
    package var digest: String
    package init(path: String, digest: String) { (self.path, self.digest) = (path, digest) }
  }

  /// The stage that wrote it.
  package var producer: String
  /// The project's version.
  package var version: String
  /// The arguments, joined by spaces.
  package var commandLine: String
  /// The files that were read.
  package var inputs: [Input] = []
  /// Whether everything that differs from run to run is left out.
  package var reproducible = false

  /// How `producer` was called.
  package init(producer: String, version: String, commandLine: String) {
    (self.producer, self.version, self.commandLine) = (producer, version, commandLine)
  }
}

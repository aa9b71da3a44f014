// The project's version, shown by `--version` and the last line of a run, and recorded in every file's provenance.

/// The project's version.
let credenceVersion = "0.2.0"

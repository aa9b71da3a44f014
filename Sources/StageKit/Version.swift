// The project's version: what `--version`, the last line of a run and every file's provenance say.

/// The project's version.
let credenceVersion = "0.2.0"

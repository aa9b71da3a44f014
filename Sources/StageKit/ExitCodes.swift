// The exit codes of all stages: those of sysexits(3), and a shell's codes for signals.

/// The exit codes, as text.
enum ExitCodes {
  /// The end of every `--help`.
  static let footer = """
    EXIT CODES:
      0    done
      64   usage: a wrong flag or value
      65   data: an input is wrong
      66   no input: a file is missing or cannot be read
      70   internal: a result that cannot be trusted, or a bug in the program
      71   out of memory: the system refused memory, or a limit (ulimit -v) is too low
      73   cannot create: the output or its folder
      74   input/output: a full disk, a damaged file, a closed pipe
      75   try later: something is locked
      78   configuration: settings, files or the machine do not fit together
      130  stopped by SIGINT (143 by SIGTERM, 129 by SIGHUP); the same command resumes
    """
}

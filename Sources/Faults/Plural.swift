// Numbers of things in messages.

/// `1 prompt`, `2 prompts`: a number of things that `noun` names, with `many` for a plural that does not just add an s.
package func plural(_ count: Int, _ noun: String, _ many: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(many ?? noun + "s")"
}

// The most memory that the process can ever get, whatever else runs now: work that needs more cannot end, and should not
// begin.
import Foundation

extension Memory {
  /// [bytes] The machine's memory and swap space, or less where the control group or a limit of the process is lower.
  /// `Int.max` if nothing is known.
  package static var capacity: Int {
    let text = { (path: String) in (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    let machine = capacity(
      meminfo: text("/proc/meminfo"), membership: text("/proc/self/cgroup"), groups: "/sys/fs/cgroup")
    return min(machine, leftOfLimits)
  }

  /// The machine's memory and swap space, or less where a control group is lower.
  ///
  /// - Parameters:
  ///   - meminfo: the text of `/proc/meminfo`.
  ///   - membership: the text of `/proc/self/cgroup`.
  ///   - groups: the folder where control groups are mounted.
  package static func capacity(meminfo: String, membership: String, groups: String) -> Int {
    let swap = bytes(of: "SwapTotal", in: meminfo) ?? 0
    let machine = bytes(of: "MemTotal", in: meminfo).map { $0 + swap } ?? .max
    return membership.split(separator: "\n").reduce(machine) { least, line in
      // `0::PATH` is the second version's, `NUMBER:CONTROLLERS:PATH` the first's.
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return least }
      let isSecond = parts[0] == "0" && parts[1].isEmpty
      guard isSecond || parts[1].split(separator: ",").contains("memory") else { return least }
      let root = isSecond ? groups : groups + "/memory"
      return ancestors(String(parts[2])).reduce(least) { least, path in
        min(least, limit(of: root + path, isSecond: isSecond, swap: swap) ?? .max)
      }
    }
  }

  /// `/a/b`, `/a` and the root, which is empty. A path from outside a container may not exist within; its root does.
  private static func ancestors(_ path: String) -> [String] {
    path.split(separator: "/").reduce(into: [""]) { $0.append("\($0.last!)/\($1)") }
  }

  /// [bytes] What a control group may use of memory and swap space; nil without a limit.
  private static func limit(of group: String, isSecond: Bool, swap: Int) -> Int? {
    func number(_ file: String) -> Int? {
      let text = try? String(contentsOfFile: "\(group)/\(file)", encoding: .utf8)
      return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let memory = number(isSecond ? "memory.max" : "memory.limit_in_bytes") else { return nil }
    let swapped = min(swap, isSecond ? number("memory.swap.max") ?? swap : swap)
    return memory.addingReportingOverflow(swapped).overflow ? nil : memory + swapped
  }

  /// A line for the log with what a run will hold in memory, in megabytes as in the last line of a stage.
  ///
  /// - Parameter program: [byte] what the program takes with its libraries, by experience.
  package static func summary(_ parts: [(name: String, bytes: Double)], program: Double = 45e6) -> String {
    func megabytes(_ bytes: Double) -> String { (bytes / 1e6).formatted(0) }
    let whole = parts.reduce(program) { $0 + $1.bytes }
    let list = parts.filter { $0.bytes >= 1e6 }.map { "\(megabytes($0.bytes)) \($0.name)" }
    return "memory: about \(megabytes(whole)) MB" + (list.isEmpty ? "" : ", of which \(list.joined(separator: ", "))")
  }
}

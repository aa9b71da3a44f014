// What the machine has left, for work that asks before it takes.
import Foundation

/// The bytes that the machine can give to a process without writing others' memory to disk; `Int.max` where it does not
/// say.
public func freeMemory() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
    let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { return .max }
  return kibibytes << 10
}

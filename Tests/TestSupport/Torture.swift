// What the tests that damage, forge and starve have in common.
import Faults
import Files
import Foundation

/// How many times as many cases such tests try: the variable TORTURE, or 1.
public let torture = max(1, ProcessInfo.processInfo.environment["TORTURE"].flatMap { Int($0) } ?? 1)

/// The bytes of a file between the stages under a first line that is right for them, as a forger would write it.
public func sealed(_ bytes: [UInt8], schema: String, version: Int) -> [UInt8] {
  let start = "credence \(schema) \(version) size=\(bytes.count) crc32="
  let body = bytes.withUnsafeBytes { crc32(UnsafeRawBufferPointer(rebasing: $0[512...])) }
  let checksum = String(Array(start.utf8).withUnsafeBytes { crc32($0, after: body) }, radix: 16)
  let line = Array((start + String(repeating: "0", count: 8 - checksum.count) + checksum + "\n").utf8)
  return line + [UInt8](repeating: 0, count: 512 - line.count) + bytes[512...]
}

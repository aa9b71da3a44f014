// Writing where memory is short. The library leaves out a filter that it has no memory for, and says nothing.
import Faults
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct ShortOfMemory {
  /// Equal runs must write equal bytes: a chunk that is stored as it is, for want of memory to compress it, is no success.
  @Test func aDatasetIsWrittenAsEverOrNotAtAll() async {
    // In a process of its own, whose memory is then limited to some megabytes more than it has.
    await #expect(processExitsWith: .success) {
      keepNoFreedMemory()
      let numbers = (0..<Int32(1 << 18)).map { $0 % 1000 }
      try withTemporaryFolder { folder in
        func write(_ name: String) throws -> Data? {
          let file = try File.create("\(folder)/\(name)")
          try file.write(numbers, to: "numbers", shape: [numbers.count], storage: .compressed)
          try file.close()
          return FileManager.default.contents(atPath: "\(folder)/\(name)")
        }
        let whole = try #require(try write("whole"))
        var (refused, written) = (0, 0)
        for budget in 8..<48 {
          limitMemory(toFurther: budget << 17)
          let result = Result { try write("\(budget)") }
          limitMemory(toFurther: nil)
          switch result {
          case .success(let bytes):
            #expect(bytes == whole, "\(budget << 7) KiB more")
            written += 1
          case .failure(let error):
            // The library does not always say that it is memory that it lacks.
            #expect(error is Fault, "\(error)")
            refused += 1
          }
        }
        #expect(refused > 0 && written > 0)
      }
    }
  }
}

/// Has large pieces of memory go back to the system when they are freed, so that a limit meets their next owner.
private func keepNoFreedMemory() {
  typealias Setter = @convention(c) (Int32, Int32) -> Int32
  let threshold: Int32 = -3  // M_MMAP_THRESHOLD
  if let setter = dlsym(nil, "mallopt") { _ = unsafeBitCast(setter, to: Setter.self)(threshold, 1 << 16) }
}

/// Limits the process's address space to so many bytes more than it has; nil for no limit.
private func limitMemory(toFurther bytes: Int?) {
  let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  let pages = text?.split(separator: " ").first.flatMap { Int($0) } ?? 0
  var limit = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
  if let bytes { limit.rlim_cur = rlim_t(pages * sysconf(Int32(_SC_PAGESIZE)) + bytes) }
  setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
}

// Parallel work in parts. The parts are fixed without regard to the number of threads, so no result can depend on it.
import Dispatch
import Synchronization

/// Runs `body(part, worker)` for every part in 0..<parts on up to `threads` threads, and returns when all are done.
///
/// Parts are handed out in order, each to the next free worker. A worker is an index in 0..<threads that no two running
/// calls share, for per-thread memory; a result must depend on the part alone. Once a part throws, no further part
/// starts.
///
/// Parts must write to disjoint memory. The compiler cannot check that through pointers; the caller must ensure it.
///
/// - Throws: the error of the lowest-numbered part that failed. It is the same for any number of threads, since all
///   parts before a failed one have been started and run to their end.
package func parallel<Failure: Error>(
  parts: Int, threads: Int, body: (_ part: Int, _ worker: Int) throws(Failure) -> Void
) throws(Failure) {
  precondition(parts >= 0 && threads > 0, "\(parts) parts on \(threads) threads")
  if min(parts, threads) <= 1 {
    for part in 0..<parts { try body(part, 0) }
    return
  }
  let next = Atomic(0)
  let hasFailed = Atomic(false)
  var failures = [(part: Int, error: Failure)?](repeating: nil, count: threads)
  failures.withUnsafeMutableBufferPointer { failures in
    nonisolated(unsafe) let failures = failures
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: min(parts, threads)) { worker in
        while !hasFailed.load(ordering: .relaxed) {
          let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard part < parts else { return }
          do throws(Failure) {
            try body(part, worker)
          } catch {
            failures[worker] = (part, error)
            hasFailed.store(true, ordering: .relaxed)
          }
        }
      }
    }
  }
  if let first = failures.compactMap({ $0 }).min(by: { $0.part < $1.part }) { throw first.error }
}

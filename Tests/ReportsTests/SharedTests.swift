// What is computed when it is first asked for.
import Reports
import Testing

@Suite struct SharedTests {
  private struct Holder {
    let shared = Shared<Int>()
  }

  @Test func aValueIsComputedOnceForAllCopies() {
    let (one, other) = (Holder(), Holder())
    let copy = one
    var calls = 0
    func next() -> Int {
      calls += 1
      return calls
    }
    let values = [one, copy, one, other].map { $0.shared.value(next) }
    #expect(values == [1, 1, 1, 2])
  }
}

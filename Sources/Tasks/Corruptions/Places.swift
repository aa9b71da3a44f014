// Which places of a text are damaged at a severity.
import Arrays

/// The numbers of the damaged ones among `count` places: those whose uniform number is below the severity's rate. The
/// rate grows with the severity, the numbers stay, so the damaged places of one severity are among those of the next.
/// - Parameter sparesOne: The place with the largest number is never damaged, whatever the severity.
func damagedPlaces(
  _ count: Int, rates: [Float], severity: Int, _ stream: RandomStream, sparesOne: Bool = false
) -> Set<Int> {
  let numbers = (0..<count).map { stream.uniform(2 * $0) }
  let spared = sparesOne ? numbers.indices.max { numbers[$0] < numbers[$1] } : nil
  return Set(numbers.indices.filter { $0 != spared && numbers[$0] < rates[severity - 1] })
}

/// A whole number below `bound` that belongs to place `place` and is independent of whether the place is damaged.
func variant(_ place: Int, below bound: Int, _ stream: RandomStream) -> Int {
  min(Int(stream.uniform(2 * place + 1) * Float(bound)), bound - 1)
}

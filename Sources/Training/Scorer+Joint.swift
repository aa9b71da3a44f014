// A training step whose loss is a function of what all members answer to an example, and not the mean of their own losses.
// What an example weighs is the caller's: the losses of a step are added up.
import Arrays
import Transformers

/// The loss of one row of an example, by the log-probabilities [member][choice] of all members: its value, and its
/// derivatives [member][choice] by the logits. With several labels, a row is a label, whose choices are no and yes.
package typealias JointLoss =
  @Sendable (_ example: Int, _ row: Int, _ logarithms: [[Double]]) -> (value: Double, gradients: [[Double]])

extension Scorer {
  /// The sum of the losses of a step's examples. Sets `gradient` to its gradient by the members' vectors.
  ///
  /// - Parameters:
  ///   - values: the vectors of the members, one after the other.
  ///   - loss: called on any thread.
  /// - Precondition: LoRA, whose trained vector is the network's; the data has choices; if there is a prefix, the states
  ///   of every example are in it.
  package func jointLossAndGradient(
    of examples: [Int], parameters values: [Float], gradient: inout [Float], _ loss: @escaping JointLoss
  ) -> Double {
    let members = self.members(in: values)
    precondition(layout.networkCount == parameters.count, "the trained vector is not the network's")
    let step = Step(
      weight: 1, parameters: values, gradientCount: values.count, copies: members.count, members: { _ in members },
      joint: loss)
    let sum = addGradient(
      of: Division(self, examples, parts: parts(of: examples, members: members.count), members: members.count),
      in: step)
    swap(&networkGradient.total, &gradient)
    return sum
  }

  /// Replaces the logits of one part among `all` by the gradient of the joint loss, and returns the sum of its losses.
  func jointGradient(of part: Division.Part, at all: UnsafeMutablePointer<Float>, _ loss: JointLoss) -> Double {
    var sum = 0.0
    for (index, example) in part.examples.enumerated() {
      let places = stride(from: index, to: part.choices.count, by: part.examples.count).map { part.choices[$0] }
      let answers = places.map { jointAnswers(all + $0.lowerBound, choices: $0.count, of: example) }
      let isOfLabels = data.scoring == .labels
      for row in answers[0].indices {
        let (value, gradients) = loss(example, row, answers.map { $0[row] })
        sum += value
        for (place, gradient) in zip(places, gradients) {
          // Of no and yes, no has the logit 0.
          let own = isOfLabels ? [gradient[1]] : gradient
          for (choice, number) in own.enumerated() { all[place.lowerBound + row + choice] = Float(number) }
        }
      }
      for place in places {
        shareGradients(all + place.lowerBound, of: example)
        clearUnusedLogits(all + place.lowerBound, used: place.count)
      }
    }
    return sum
  }

  /// [row][choice] The log-probabilities of one member's logits (choices), with class weights undone.
  private func jointAnswers(_ logits: UnsafeMutablePointer<Float>, choices: Int, of example: Int) -> [[Double]] {
    shareLogits(logits, of: example)
    var answers = [Float](repeating: 0, count: choices * (data.scoring == .labels ? 2 : 1))
    answers.withUnsafeMutableBufferPointer { answer(logits, choices: choices, into: $0.baseAddress!) }
    return rows(of: answers)
  }

  /// [row][choice] An example's answers: one row, or one for each label.
  package func rows(of answers: some Collection<Float>) -> [[Double]] {
    let all = answers.map(Double.init)
    guard data.scoring == .labels else { return [all] }
    return stride(from: 0, to: all.count, by: 2).map { Array(all[$0..<$0 + 2]) }
  }

  /// [row][choice] The shares of the right choices of a labelled example, without the weights of their classes.
  package func rightShares(of example: Int) -> [[Double]] {
    let targets = data.targets(of: example).map(Double.init)
    if data.scoring == .labels { return targets.map { [1 - $0, $0] } }
    guard targets.isEmpty else { return [targets] }
    return [(0..<data.choiceCount(example)).map { $0 == Int(data.labels[example]) ? 1 : 0 }]
  }
}

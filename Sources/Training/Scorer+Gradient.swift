// The training step of a scorer: the mean cross-entropy of some examples and its gradient.
import Adapters
import Arrays
import Transformers

extension Scorer {
  /// The mean cross-entropy of a step's examples, weighted by class. Sets `gradient` (parameter) to its gradient.
  ///
  /// - Parameters:
  ///   - values: the trained vector, or those of several members, one after the other. The loss is then the mean over the
  ///     members too, but each member gets the gradient of its own loss, as if it were trained alone.
  ///   - productPenalty: the factor of the squared norms of all B A. Their gradient is added; the returned loss does not
  ///     contain them.
  ///   - noise: the seed of a variational method's noise in this step; nil for the means.
  /// - Precondition: every example has a label and, if there is a prefix, its states are in it.
  package func lossAndGradient(
    of examples: [Int], parameters values: [Float], gradient: inout [Float], dropout: Dropout? = nil,
    productPenalty: Double = 0, noise: UInt64? = nil
  ) -> Double {
    let map = noise.map { parametrisation.perturbed(by: $0) } ?? parametrisation
    let members = self.members(in: values)
    let step = Step(
      weight: 1 / Float(examples.count), parameters: expand(values, by: map), members: members, dropout: dropout,
      flipout: noise.map { Flipout(seed: $0) })
    let parts = self.parts(of: examples, members: members.count)
    let loss = networkGradient.sum(parts: parts.count, parameters: step.parameters.count, threads: threads) {
      part, worker, gradient in
      self.addGradient(of: parts[part].map { examples[$0] }, in: step, to: gradient, arena: self.arenas[worker])
    }
    if productPenalty > 0 {
      layout.addProductPenalty(productPenalty, at: step.parameters, members: members, to: &networkGradient.total)
    }
    pullback(by: map, members, at: values, into: &gradient)
    return loss / Double(examples.count * members.count)
  }

  /// Computes the gradient with respect to the trained vector from `networkGradient`, member by member.
  private func pullback(
    by map: any Parametrisation, _ members: Members, at values: [Float], into gradient: inout [Float]
  ) {
    guard members.count > 1 else {
      return map.pullback(&networkGradient.total, at: values, into: &gradient, threads: threads)
    }
    for member in 0..<members.count {
      var own = Array(networkGradient.total[member * members.stride..<(member + 1) * members.stride])
      var result = [Float](repeating: 0, count: self.parameters.count)
      map.pullback(&own, at: Array(values[range(ofMember: member)]), into: &result, threads: threads)
      gradient.replaceSubrange(range(ofMember: member), with: result)
    }
  }

  /// What the parts of a training step have in common.
  private struct Step {
    /// The weight of an example's loss in the gradient.
    let weight: Float
    /// The vector that the network reads.
    let parameters: [Float]
    let members: Members
    let dropout: Dropout?
    let flipout: Flipout?
  }

  /// Adds the gradient of one part to `gradient`, and returns the sum of its cross-entropies.
  private func addGradient(
    of examples: [Int], in step: Step, to gradient: UnsafeMutablePointer<Float>, arena: Arena
  ) -> Double {
    let members = step.members
    let batch = packing.batch(examples, members: members.count)
    arena.reset()
    var loss = 0.0
    let lossGradient = { (logits: UnsafeMutablePointer<Float>) in
      for (index, choices) in self.choiceRanges(examples, members: members.count).enumerated() {
        let example = examples[index % examples.count]
        let own = logits + choices.lowerBound
        self.shareLogits(own, of: example)
        let towardsBase = self.baseDivergence?.gradient(own, count: choices.count, example: example) ?? []
        loss += self.lossGradient(own, count: choices.count, of: example, weight: step.weight)
        for (choice, term) in towardsBase.enumerated() { own[choice] += step.weight * Float(term) }
        self.shareGradients(own, of: example)
      }
      self.clearUnusedLogits(logits, examples, members: members.count)
    }
    step.parameters.withUnsafeBufferPointer { parameters in
      network.accumulateGradient(
        batch, head: head, parameters: parameters.baseAddress!, gradients: gradient, members: members,
        dropout: step.dropout, flipout: step.flipout, arena: arena, lossGradient: lossGradient)
    }
    return loss
  }
}

// The training step of a scorer: the mean cross-entropy of some examples, or of their answers' tokens, and its gradient.
import Adapters
import Arrays
import Transformers

extension Scorer {
  /// The mean cross-entropy of a step's examples, weighted by class, or of their answers' tokens (`lossUnits`); with another
  /// `TrainingLoss`, that. Sets `gradient` (parameter) to its gradient.
  ///
  /// - Parameters:
  ///   - values: the trained vector, or those of several members, one after the other. The loss is then the mean over the
  ///     members too, but each member gets the gradient of its own loss, as if it were trained alone.
  ///   - productPenalty: the factor of the squared norms of all B A. Their gradient is added; the returned loss does not
  ///     contain them.
  ///   - repulsion: the strength of the force between members, divided by the number of training examples. It adds to the
  ///     gradient, and not to the returned loss.
  ///   - noise: the seed of a variational method's noise in this step; nil for the means.
  /// - Precondition: every example has a label and, if there is a prefix, its states are in it.
  package func lossAndGradient(
    of examples: [Int], parameters values: [Float], gradient: inout [Float], dropout: Dropout? = nil,
    productPenalty: Double = 0, repulsion: Double = 0, noise: UInt64? = nil
  ) -> Double {
    let map = noise.map { parametrisation.perturbed(by: $0) } ?? parametrisation
    let (members, units) = (self.members(in: values), data.lossUnits(of: examples))
    let vector = expand(values, by: map)
    // Draws of one vector are members at the same place, whose gradients add up.
    let copies = draws > 1 ? Members(count: draws, stride: 0) : members
    let step = Step(
      weight: 1 / Float(units * draws), parameters: vector, gradientCount: vector.count, copies: copies.count,
      members: { _ in copies }, dropout: dropout, flipout: noise.map { Flipout(seed: $0) })
    let loss = addGradient(
      of: Division(self, examples, parts: parts(of: examples, members: copies.count), members: copies.count), in: step
    )
    if productPenalty > 0 {
      layout.addProductPenalty(productPenalty, at: step.parameters, members: members, to: &networkGradient.total)
    }
    if repulsion > 0 {
      layout.addRepulsion(repulsion, at: step.parameters, members: members, to: &networkGradient.total)
    }
    pullback(by: map, members, at: values, into: &gradient)
    return loss / Double(units * members.count)
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
  struct Step {
    /// The weight of an example's loss in the gradient.
    let weight: Float
    /// The vector that the network reads.
    let parameters: [Float]
    /// How many of its parameters have a gradient: all, or those of the router.
    let gradientCount: Int
    /// How often a batch holds each sequence.
    let copies: Int
    /// The members of a slice's pass.
    let members: @Sendable (Division.Slice) -> Members
    var dropout: Dropout?
    var flipout: Flipout?
    /// The loss that couples the members; nil for the mean of their own.
    var joint: JointLoss?
  }

  /// A slice's pass between its forward and its backward half.
  private struct Pass {
    let logits: UnsafeMutablePointer<Float>
    let gradient: UnsafeMutablePointer<Float>
    let arena: Arena
    let backward: () -> Void
  }

  /// Sets `networkGradient.total` to the gradient of a step, and returns the sum of its cross-entropies.
  func addGradient(of division: Division, in step: Step) -> Double {
    let slices = division.parts.map(\.slices.count)
    // The index of a part's first slice among all slices.
    let first = slices.reduce(into: [0]) { $0.append($0.last! + $1) }
    var logits = [Float](repeating: 0, count: division.logits)
    var losses = [Double](repeating: 0, count: slices.count)
    var passes = [Pass?](repeating: nil, count: first.last!)
    networkGradient.start(parameters: step.gradientCount)
    step.parameters.withUnsafeBufferPointer { parameters in
      logits.withUnsafeMutableBufferPointer { logits in
        losses.withUnsafeMutableBufferPointer { losses in
          passes.withUnsafeMutableBufferPointer { passes in
            // Safe, because each slice and each part has its own places, and they are used one after the other.
            nonisolated(unsafe) let (parameters, losses, passes) = (parameters.baseAddress!, losses, passes)
            nonisolated(unsafe) let logits = logits.baseAddress!
            runCoupledPasses(slices: slices, threads: threads) { part, slice in
              let slices = division.parts[part].slices
              passes[first[part] + slice] = self.forward(slices[slice], in: step, parameters, gathering: logits)
            } loss: { part in
              losses[part] = self.lossGradient(of: division.parts[part], at: logits, in: step)
            } backward: { part, slice in
              let index = first[part] + slice
              let pass = passes[index]!
              passes[index] = nil
              division.parts[part].slices[slice].scatter(logits, into: pass.logits)
              pass.backward()
              self.arenas.giveBack(pass.arena)
              self.networkGradient.add(pass.gradient, ofPass: index)
            }
          }
        }
      }
    }
    return losses.reduce(0, +)
  }

  /// The forward pass of a slice. Its logits are copied to their places in `all`.
  private func forward(
    _ slice: Division.Slice, in step: Step, _ parameters: UnsafePointer<Float>,
    gathering all: UnsafeMutablePointer<Float>
  ) -> Pass {
    let (arena, gradient) = (arenas.borrow(), networkGradient.gradient())
    let (logits, backward) = network.forward(
      packing.batch(slice.sequences, members: step.copies), head: head, parameters: parameters, gradients: gradient,
      members: step.members(slice), dropout: step.dropout, flipout: step.flipout, arena: arena)
    slice.gather(logits, into: all)
    return Pass(logits: logits, gradient: gradient, arena: arena, backward: backward)
  }

  /// Replaces the logits of one part among `all` by the gradient of the loss, and returns the sum of its cross-entropies.
  private func lossGradient(
    of part: Division.Part, at all: UnsafeMutablePointer<Float>, in step: Step
  ) -> Double {
    if let joint = step.joint { return jointGradient(of: part, at: all, joint) }
    var loss = 0.0
    for (index, choices) in part.choices.enumerated() {
      shareLogits(all + choices.lowerBound, of: part.examples[index % part.examples.count])
    }
    let diverse = diverseDraws(of: part, at: all)
    for (index, choices) in part.choices.enumerated() {
      let example = part.examples[index % part.examples.count]
      let own = all + choices.lowerBound
      let towardsBase = baseDivergence?.gradient(own, count: choices.count, example: example) ?? []
      loss +=
        diverse.map {
          diverseGradient(own, count: choices.count, of: example, $0, at: index, weight: step.weight)
        } ?? lossGradient(own, count: choices.count, of: example, weight: step.weight)
      for (choice, term) in towardsBase.enumerated() { own[choice] += step.weight * Float(term) }
      shareGradients(own, of: example)
      clearUnusedLogits(own, used: choices.count)
    }
    return loss
  }
}

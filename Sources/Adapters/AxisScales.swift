// Adapters with scales on a module's inputs and outputs: W x + s t ∘ B A (r ∘ x), as in a rank-1 Bayesian network (Dusenberry
// et al. 2020, arXiv:2005.07186, eq. 3), whose scales are random. The network reads A diag(r) as its A and diag(t) B as its
// B, so it does not need to know about r and t.
import Artifacts
import Arrays
import Transformers

/// Trains A, r, B and t of each module. r and t start as ones, A and B as in LoRA, with the same numbers.
struct AxisScales: ModuleParametrisation {
  let layout: LowRankLayout
  let parameters: ParameterTable

  init(_ layout: LowRankLayout) {
    self.layout = layout
    let rank = layout.rank
    parameters = layout.replacing { module, name, table in
      table.append(name, .factor(.a), shape: [rank, module.inputs])
      table.append(name, .scale(.a), shape: [module.inputs])
      table.append(name, .factor(.b), shape: [module.outputs, rank])
      table.append(name, .scale(.b), shape: [module.outputs])
    }
  }

  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>) {
    let at = places(index)
    // The stream of A in LoRA, which is the layout's tensor number 2 * index.
    let stream = RandomStream(seed: seed, purpose: .initialization, place: (UInt32(2 * index), 0))
    let bound = initialBound(inputs: at.inputs)
    for i in 0..<layout.rank * at.inputs { theta[at.a + i] = stream.uniform(i, within: bound) }
    for input in 0..<at.inputs { theta[at.r + input] = 1 }
    for output in 0..<at.outputs { theta[at.t + output] = 1 }
  }

  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>) {
    let at = places(index)
    for row in 0..<layout.rank {
      for input in 0..<at.inputs {
        let place = row * at.inputs + input
        phi[at.networkA + place] = theta[at.a + place] * theta[at.r + input]
      }
    }
    for output in 0..<at.outputs {
      for place in output * layout.rank..<(output + 1) * layout.rank {
        phi[at.networkB + place] = theta[at.b + place] * theta[at.t + output]
      }
    }
  }

  /// With the gradients dA' and dB' of A' = A diag(r) and B' = diag(t) B: dA = dA' diag(r), dr = the columns' sums of
  /// dA' ∘ A, dB = diag(t) dB', dt = the rows' sums of dB' ∘ B.
  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>
  ) {
    let at = places(index)
    for row in 0..<layout.rank {
      for input in 0..<at.inputs {
        let place = row * at.inputs + input
        dtheta[at.a + place] = dphi[at.networkA + place] * theta[at.r + input]
        dtheta[at.r + input] += dphi[at.networkA + place] * theta[at.a + place]
      }
    }
    for output in 0..<at.outputs {
      for place in output * layout.rank..<(output + 1) * layout.rank {
        dtheta[at.b + place] = dphi[at.networkB + place] * theta[at.t + output]
        dtheta[at.t + output] += dphi[at.networkB + place] * theta[at.b + place]
      }
    }
  }

  /// The offsets of A, r, B and t of a module in theta, and of A and B in phi, with its widths.
  private struct Places {
    let (a, r, b, t): (Int, Int, Int, Int)
    let (networkA, networkB): (Int, Int)
    let (inputs, outputs): (Int, Int)
  }

  /// The places of module `index`.
  private func places(_ index: Int) -> Places {
    let own = parameters.entries[4 * index..<4 * index + 4].map(\.offset)
    let module = layout.modules[index]
    let network = layout.adapters[module.name]!
    return Places(
      a: own[0], r: own[1], b: own[2], t: own[3], networkA: network.offsetA, networkB: network.offsetB,
      inputs: module.inputs, outputs: module.outputs)
  }
}

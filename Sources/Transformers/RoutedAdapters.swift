// Adapters that a router weighs for each token (RAMoLE, Zhao et al. 2024, arXiv:2406.16989). The router is one more
// low-rank pair of every adapted module, A_g and B_g. With v = B A x of an adapter and q = B_g A_g x, the weight of the
// adapter is w = softmax over the adapters of <q, v> / sqrt(outputs), and y = W x + Σ s w v. Neither q nor v is computed:
// with u = A x and u_g = A_g x, <q, v> is u_g · G u, where G = B_gᵀ B is as small as the rank.
import Arrays

extension Members {
  /// The largest number of adapters of a block.
  fileprivate var largestBlend: Int { blocks.map(\.blend.terms.count).max() ?? 0 }
}

extension Linear {
  /// What the backward pass of routed adapters needs of the forward pass.
  struct RoutedTape {
    /// u_g (rows, rank).
    let query: Activations
    /// [index in the blend] u (rows, rank).
    let inner: [Activations]
    /// w (rows, index in the blend); undefined beyond the last adapter of a row's block.
    let weights: Activations
  }

  /// Adds Σ s w v to y (rows, outputs), for x (rows, inputs).
  ///
  /// - Parameter router: the offset of the router's vector.
  func addRouted(
    _ place: LowRankPlace, _ router: Int, _ x: Activations, rows: Int, _ pass: Pass, to y: Activations
  ) -> RoutedTape {
    let most = pass.members.largestBlend
    func room(_ width: Int) -> Activations { pass.room(rows * width, kept: true) }
    let tape = RoutedTape(
      query: room(place.rank), inner: (0..<most).map { _ in room(place.rank) }, weights: room(most))
    pass.forEachBlock(of: rows) { blend, block in
      RoutedBlock(self, place, pass, router: router, blend, block, tape).forward(
        x + block.lowerBound * inputs, addingTo: y + block.lowerBound * outputs)
    }
    return tape
  }

  /// Adds the gradient with respect to the router to the pass's, and, if `dx` (rows, inputs) is given, that with respect
  /// to x through the router and the adapters to it.
  func backwardRouted(
    _ place: LowRankPlace, _ router: Int, _ dy: Activations, _ x: Activations, _ tape: RoutedTape, rows: Int,
    _ pass: Pass, into dx: Activations?
  ) {
    pass.forEachBlock(of: rows) { blend, block in
      let (first, gradients) = (block.lowerBound, pass.gradients!)
      RoutedBlock(self, place, pass, router: router, blend, block, tape).backward(
        dy + first * outputs, x + first * inputs, into: dx.map { $0 + first * inputs },
        dA: gradients + place.offsetA, dB: gradients + place.offsetB)
    }
  }
}

/// Rows with the same adapters at one module.
private struct RoutedBlock {
  private typealias Factors = (a: UnsafePointer<Float>, b: UnsafePointer<Float>)

  private let inputs: Int
  private let outputs: Int
  private let rank: Int
  private let rows: Int
  private let scale: Float
  private let pass: Pass
  /// A and B of the router, and of each adapter.
  private let router: Factors
  private let adapters: [Factors]
  /// The block's rows of the tape; those of the weights are `stride` apart.
  private let query: Activations
  private let inner: [Activations]
  private let weights: Activations
  private let stride: Int
  /// 1 / sqrt(outputs).
  private let factor: Float

  init(
    _ module: Linear, _ place: LowRankPlace, _ pass: Pass, router: Int, _ blend: Blend, _ block: Range<Int>,
    _ tape: Linear.RoutedTape
  ) {
    func factors(_ vector: UnsafePointer<Float>) -> Factors { (vector + place.offsetA, vector + place.offsetB) }
    (inputs, outputs, rank, scale) = (module.inputs, module.outputs, place.rank, place.scale)
    (rows, self.pass, factor) = (block.count, pass, 1 / Float(module.outputs).squareRoot())
    self.router = factors(pass.parameters + router)
    adapters = blend.terms.map { factors(pass.parameters(ofAdapter: $0.adapter)) }
    stride = tape.inner.count
    query = tape.query + block.lowerBound * place.rank
    inner = tape.inner.prefix(blend.terms.count).map { $0 + block.lowerBound * place.rank }
    weights = tape.weights + block.lowerBound * tape.inner.count
  }

  /// Fills in the block's rows of the tape, and adds Σ s w v to y (rows, outputs).
  func forward(_ x: Activations, addingTo y: Activations) {
    let (gram, work) = (pass.room(rank * rank), pass.room(rows * rank))
    project(x, by: router.a, into: query)
    for (index, adapter) in adapters.enumerated() {
      project(x, by: adapter.a, into: inner[index])
      setGram(adapter.b, to: gram)
      multiply(inner[index], gram, .transposed, into: work)
      setDots(query, work, to: weights + index)
    }
    for row in 0..<rows { softmax(weights + row * stride, count: adapters.count, scale: factor) }
    for (index, adapter) in adapters.enumerated() {
      scaleRows(inner[index], by: weights + index, into: work)
      GEMM.multiply(
        rows: rows, columns: outputs, inner: rank, work, rank, .plain, adapter.b, rank, .transposed, into: y, outputs,
        scale: scale, adding: true)
    }
  }

  /// Adds to the gradients of A_g and B_g, and to that of x (rows, inputs) if it is given.
  func backward(
    _ dy: Activations, _ x: Activations, into dx: Activations?, dA: UnsafeMutablePointer<Float>,
    dB: UnsafeMutablePointer<Float>
  ) {
    // The gradients of w u and of w, and then of <q, v>.
    let (dInner, dScores) = (adapters.map { _ in pass.room(rows * rank) }, pass.room(rows * stride))
    for (index, adapter) in adapters.enumerated() {
      GEMM.multiply(
        rows: rows, columns: rank, inner: outputs, dy, outputs, .plain, adapter.b, rank, .plain, into: dInner[index],
        rank, scale: scale)
      setDots(dInner[index], inner[index], to: dScores + index)
    }
    for row in 0..<rows {
      softmaxBackward(
        dScores + row * stride, weights: weights + row * stride, count: adapters.count, scale: factor)
    }
    let (gram, dGram) = (pass.room(rank * rank), pass.room(rank * rank))
    let (dQuery, work) = (pass.room(rows * rank), pass.room(rows * rank))
    dQuery.update(repeating: 0, count: rows * rank)
    for (index, adapter) in adapters.enumerated() {
      let (u, du, scores) = (inner[index], dInner[index], dScores + index)
      setGram(adapter.b, to: gram)
      multiply(u, gram, .transposed, into: work)
      scaleRows(work, by: scores, into: dQuery, adding: true)
      // The gradient of u: w times that of w u, and what comes through <q, v>.
      scaleRows(du, by: weights + index, into: du)
      multiply(query, gram, .plain, into: work)
      scaleRows(work, by: scores, into: du, adding: true)
      scaleRows(query, by: scores, into: work)
      GEMM.multiply(
        rows: rank, columns: rank, inner: rows, work, rank, .transposed, u, rank, .plain, into: dGram, rank)
      GEMM.multiply(
        rows: outputs, columns: rank, inner: rank, adapter.b, rank, .plain, dGram, rank, .transposed, into: dB, rank,
        adding: true)
      if let dx { pullBack(du, by: adapter.a, into: dx) }
    }
    GEMM.multiply(
      rows: rank, columns: inputs, inner: rows, dQuery, rank, .transposed, x, inputs, .plain, into: dA, inputs,
      adding: true)
    if let dx { pullBack(dQuery, by: router.a, into: dx) }
  }

  /// u (rows, rank) = x Aᵀ.
  private func project(_ x: Activations, by a: UnsafePointer<Float>, into u: Activations) {
    GEMM.multiply(
      rows: rows, columns: rank, inner: inputs, x, inputs, .plain, a, inputs, .transposed, into: u, rank)
  }

  /// dx (rows, inputs) += du A.
  private func pullBack(_ du: Activations, by a: UnsafePointer<Float>, into dx: Activations) {
    GEMM.multiply(
      rows: rows, columns: inputs, inner: rank, du, rank, .plain, a, inputs, .plain, into: dx, inputs, adding: true)
  }

  /// G (rank, rank) = B_gᵀ B.
  private func setGram(_ b: UnsafePointer<Float>, to gram: Activations) {
    GEMM.multiply(
      rows: rank, columns: rank, inner: outputs, router.b, rank, .transposed, b, rank, .plain, into: gram, rank)
  }

  /// The product of u (rows, rank) with G, or with its transpose.
  private func multiply(_ u: Activations, _ gram: Activations, _ form: GEMM.Form, into result: Activations) {
    GEMM.multiply(rows: rows, columns: rank, inner: rank, u, rank, .plain, gram, rank, form, into: result, rank)
  }

  /// The dot product of each row of two (rows, rank). The results are `stride` apart.
  private func setDots(_ one: Activations, _ other: Activations, to results: Activations) {
    for row in 0..<rows {
      var sum: Float = 0
      for place in row * rank..<(row + 1) * rank { sum += one[place] * other[place] }
      results[row * stride] = sum
    }
  }

  /// Each row of (rows, rank) times its factor, or the sum with what is there. The factors are `stride` apart.
  private func scaleRows(
    _ source: Activations, by factors: Activations, into target: Activations, adding: Bool = false
  ) {
    for row in 0..<rows {
      for place in row * rank..<(row + 1) * rank {
        let value = factors[row * stride] * source[place]
        target[place] = adding ? target[place] + value : value
      }
    }
  }
}

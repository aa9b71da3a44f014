// Coupled members in training: their start, the gradient of what they share, and the force between them.
import Adapters
import Arrays
import Artifacts
import Foundation
import Transformers

extension ParameterTable {
  /// The initial values of BatchEnsemble's members, given those that each would have alone: all have what they share from
  /// the first one, and their own fast weights are N(1, 1/4) by the seed plus the member's number, as in the authors' code.
  func sharing(_ members: [[Float]], _ settings: AdapterSettings, seed: Int) -> [[Float]] {
    members.indices.map { member in
      var values = members[0]
      for (index, entry) in entries.enumerated() where !settings.areShared(entry.role) {
        let stream = RandomStream(
          seed: UInt64(bitPattern: Int64(seed &+ member)), purpose: .initialization, place: (UInt32(index), 4))
        var normals = [Float](repeating: 0, count: entry.count)
        stream.normals(into: &normals, count: entry.count)
        for i in 0..<entry.count { values[entry.offset + i] = 1 + 0.5 * normals[i] }
      }
      return values
    }
  }

  /// Replaces the gradients of what the members share by their mean, that of the members' mean loss.
  func averageShared(_ gradient: inout [Float], _ settings: AdapterSettings) {
    let members = gradient.count / count
    for entry in entries where settings.areShared(entry.role) {
      for i in entry.offset..<entry.offset + entry.count {
        let sum = (0..<members).reduce(0) { $0 + gradient[$1 * count + i] }
        for member in 0..<members { gradient[member * count + i] = sum / Float(members) }
      }
    }
  }
}

/// The kernel between the products s B A of members: k_ij = exp(-d²_ij / h), where d_ij is the distance of Frobenius over
/// all modules, and h the median of d² divided by the logarithm of the number of members (Liu and Wang 2016).
package struct ProductKernel {
  /// [member, member] k; ones on the diagonal.
  package let values: [[Double]]
  /// h; 0 where all members have the same products.
  package let bandwidth: Double

  /// - Parameter squaredDistances: [member, member] d².
  package init(squaredDistances: [[Double]]) {
    let count = squaredDistances.count
    let pairs = (0..<count).flatMap { row in squaredDistances[row][..<row] }.sorted()
    let median = pairs.isEmpty ? 0 : (pairs[(pairs.count - 1) / 2] + pairs[pairs.count / 2]) / 2
    let bandwidth = count > 1 ? max(median, 0) / log(Double(count)) : 0
    self.bandwidth = bandwidth
    values = squaredDistances.map { $0.map { bandwidth > 0 ? exp(-max($0, 0) / bandwidth) : 1 } }
  }
}

extension LowRankLayout {
  /// Adds to each member's part of `gradient` that of `strength` log Σ_j k(i, j), where the others and h stay as they are:
  /// descent then moves member i away from the others.
  ///
  /// - Parameters:
  ///   - strength: β / N.
  ///   - values: the network's vectors, one after the other.
  func addRepulsion(_ strength: Double, at values: [Float], members: Members, to gradient: inout [Float]) {
    let kernel = ProductKernel(squaredDistances: squaredDistances(at: values, members: members))
    guard kernel.bandwidth > 0 else { return }
    for member in 0..<members.count {
      let sum = kernel.values[member].reduce(0, +)
      // Of -strength k_ij / (h Σ k), times the gradient of d²: 2 s² (Bᵢᵀ Bᵢ Aᵢ - Bᵢᵀ Bⱼ Aⱼ) for Aᵢ, and likewise for Bᵢ.
      let weights = kernel.values[member].map { Float(-2 * strength * $0 / (kernel.bandwidth * sum)) }
      addProducts(of: member, member, weights.reduce(0, +) - weights[member], at: values, members, to: &gradient)
      for other in 0..<members.count where other != member {
        addProducts(of: member, other, -weights[other], at: values, members, to: &gradient)
      }
    }
  }

  /// [member, member] The squared distances of the products s B A.
  package func squaredDistances(at values: [Float], members: Members) -> [[Double]] {
    let count = members.count
    var inner = [[Double]](repeating: .init(repeating: 0, count: count), count: count)
    for i in 0..<count {
      for j in 0...i {
        for module in modules {
          let (ofA, ofB) = grams(i, j, module, at: values, members)
          let scale = Double(adapters[module.name]!.scale)
          for (a, b) in zip(ofA, ofB) { inner[i][j] += scale * scale * Double(a) * Double(b) }
        }
        inner[j][i] = inner[i][j]
      }
    }
    return inner.enumerated().map { i, row in
      row.enumerated().map { j, product in inner[i][i] + inner[j][j] - 2 * product }
    }
  }

  /// Aᵢ Aⱼᵀ and Bᵢᵀ Bⱼ (rank, rank) of a module.
  private func grams(
    _ i: Int, _ j: Int, _ module: Architecture.LinearModule, at values: [Float], _ members: Members
  ) -> (ofA: [Float], ofB: [Float]) {
    let place = adapters[module.name]!
    let (r, first, second) = (place.rank, i * members.stride, j * members.stride)
    var (ofA, ofB) = ([Float](repeating: 0, count: r * r), [Float](repeating: 0, count: r * r))
    values.withUnsafeBufferPointer { values in
      let values = values.baseAddress!
      GEMM.multiply(
        rows: r, columns: r, inner: module.inputs, values + first + place.offsetA, module.inputs, .plain,
        values + second + place.offsetA, module.inputs, .transposed, into: &ofA, r)
      GEMM.multiply(
        rows: r, columns: r, inner: module.outputs, values + first + place.offsetB, r, .transposed,
        values + second + place.offsetB, r, .plain, into: &ofB, r)
    }
    return (ofA, ofB)
  }

  /// Adds `weight` s² Bᵢᵀ Bⱼ Aⱼ to the gradient of Aᵢ, and `weight` s² Bⱼ Aⱼ Aᵢᵀ to that of Bᵢ, in every module.
  private func addProducts(
    of i: Int, _ j: Int, _ weight: Float, at values: [Float], _ members: Members, to gradient: inout [Float]
  ) {
    for module in modules {
      let place = adapters[module.name]!
      let (ofA, ofB) = grams(i, j, module, at: values, members)
      let (r, scale) = (place.rank, weight * place.scale * place.scale)
      values.withUnsafeBufferPointer { values in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let (own, other) = (gradient.baseAddress! + i * members.stride, values.baseAddress! + j * members.stride)
          GEMM.multiply(
            rows: r, columns: module.inputs, inner: r, ofB, r, .plain, other + place.offsetA, module.inputs, .plain,
            into: own + place.offsetA, module.inputs, scale: scale, adding: true)
          GEMM.multiply(
            rows: module.outputs, columns: r, inner: r, other + place.offsetB, r, .plain, ofA, r, .transposed,
            into: own + place.offsetB, r, scale: scale, adding: true)
        }
      }
    }
  }
}

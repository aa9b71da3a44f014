// Which adapters of a library answer a text: those whose texts are nearest to it, by the cosine of the embeddings
// (LoraRetriever, Zhao et al. 2024, arXiv:2402.09997), and with which weights.
import Arrays
import Artifacts
import Calibration

/// The adapters that answer one text, nearest first, and their cosines.
package struct Route: Equatable, Sendable {
  package var adapters: [Int]
  package let cosines: [Double]

  /// softmax(cosine / temperature), nearest first.
  package func weights(temperature: Double) -> [Double] { softmax(cosines.map { $0 / temperature }).probabilities }

  /// The adapters in ascending order, so that equal sets are equal lists.
  var set: [Int] { adapters.sorted() }
}

extension AdapterLibrary {
  /// How many adapters answer a text.
  package var answering: Int { min(top, count) }

  /// [adapter] The cosines of their embeddings with `embedding`, whose length is 1.
  package func cosines(to embedding: [Double]) -> [Double] {
    (0..<count).map { adapter in
      embedding.indices.reduce(0) { $0 + embedding[$1] * embeddings[adapter * width + $1] }
    }
  }

  /// The `answering` adapters with the largest of these cosines, or those among `present`. Of equals, the first in the
  /// library comes first.
  package func route(_ cosines: [Double], among present: [Int]? = nil) -> Route {
    let nearest = (present ?? Array(cosines.indices)).sorted { (-cosines[$0], $0) < (-cosines[$1], $1) }
      .prefix(answering)
    return Route(adapters: Array(nearest), cosines: nearest.map { cosines[$0] })
  }

  /// The same as if each adapter were missing from the library with the probability `share`, by a draw of its own. Where
  /// all would be missing, none is.
  package func route(_ cosines: [Double], missing share: Double, _ stream: RandomStream) -> Route {
    let present = (0..<count).filter { Double(stream.uniform($0)) >= share }
    return route(cosines, among: present.isEmpty ? nil : present)
  }

  /// The same weights for adapters that are drawn at random, without regard to the text: a control. The draw depends on
  /// the row's id alone.
  func randomRoute(_ cosines: [Double], row: String) -> Route {
    var route = route(cosines)
    let stream = RandomStream(seed: 0, purpose: .gate, name: row)
    let shuffled = (0..<count).sorted { (stream.uniform($0), $0) < (stream.uniform($1), $1) }
    route.adapters = Array(shuffled.prefix(answering))
    return route
  }
}

// Which adapters answer a text, and with which weights: three vectors that are written down here.
import Arrays
import Artifacts
import Foundation
import Posteriors
import Testing

@Suite struct LibraryRoutingTests {
  private func library(_ embeddings: [[Double]], top: Int) -> AdapterLibrary {
    var library = AdapterLibrary()
    (library.names, library.top) = (embeddings.indices.map { "\($0)" }, top)
    library.embeddings = Array(embeddings.joined())
    return library
  }

  @Test func threeVectorsAreRankedByHand() {
    let library = library([[1, 0], [0, 1], [0.6, 0.8]], top: 2)
    let cosines = library.cosines(to: [0.8, 0.6])
    #expect(zip(cosines, [0.8, 0.6, 0.96]).allSatisfy { abs($0 - $1) < 1e-12 })
    let route = library.route(cosines)
    #expect(route.adapters == [2, 0])
    // 1 / (1 + exp(-(0.96 - 0.8) / 0.1))
    let weights = route.weights(temperature: 0.1)
    #expect(abs(weights[0] - 0.832018385) < 1e-8 && abs(weights[0] + weights[1] - 1) < 1e-12)
    #expect(route.weights(temperature: 1e-4)[0] == 1 && abs(route.weights(temperature: 1e6)[0] - 0.5) < 1e-6)
  }

  @Test func ofEqualCosinesTheFirstInTheLibraryComesFirst() {
    let library = library([[1, 0], [0, 1], [1, 0], [1, 0]], top: 3)
    #expect(library.route([0.5, 0.9, 0.5, 0.5]).adapters == [1, 0, 2])
  }

  @Test func fewerAdaptersThanTheTopAllAnswer() {
    let library = library([[1, 0]], top: 3)
    let route = library.route(library.cosines(to: [0, 1]))
    #expect(route.adapters == [0] && route.cosines == [0] && route.weights(temperature: 0.1) == [1])
  }

  @Test func eachAdapterIsMissingAsOftenAsAsked() {
    let library = library([[1, 0], [0, 1], [0.6, 0.8]], top: 2)
    let cosines = [0.8, 0.6, 0.96]
    func routes(missing share: Double) -> [Route] {
      (0..<2000).map {
        library.route(cosines, missing: share, RandomStream(seed: UInt64($0), purpose: .missingAdapters))
      }
    }
    #expect(routes(missing: 0).allSatisfy { $0 == library.route(cosines) })
    let drawn = routes(missing: 0.5)
    // The nearest answers unless it is missing, or if all are: 1/2 + 1/8.
    #expect(abs(Double(drawn.count { $0.adapters.contains(2) }) / 2000 - 0.625) < 0.05)
    // One alone: two of three are missing.
    #expect(abs(Double(drawn.count { $0.adapters.count == 1 }) / 2000 - 0.375) < 0.05)
    #expect(drawn.allSatisfy { !$0.adapters.isEmpty })
  }

  @Test func namesAreWhatDistinguishesThePaths() {
    #expect(distinctNames(["runs/a/own/adapters/point-0.h5", "runs/b/own/adapters/point-0.h5"]) == ["a", "b"])
    #expect(distinctNames(["x/bones.h5", "x/moons.h5"]) == ["bones", "moons"])
    #expect(distinctNames(["x/bones.h5"]) == ["bones"])
  }
}

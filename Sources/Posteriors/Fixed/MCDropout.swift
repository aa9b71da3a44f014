// MC dropout (Gal and Ghahramani 2016, arXiv:1506.02142): the dropout on the adapters' inputs remains active in
// prediction. A sample is a seed: its masks are functions of (seed, sample, row, module, position), the same in every
// batch.
import Artifacts
import Faults
import Training
import Transformers

/// One adapter under random masks.
package struct MCDropout: Posterior {
  let values: [Float]
  let keepProbability: Float
  let seed: Int
  /// Number of masks.
  package let samples: Int

  /// From one adapter file, with the request's dropout or, by default, that of training.
  ///
  /// - Throws: `Fault` of kind `.usage` if neither has any: all samples would be equal.
  package init(_ request: PosteriorRequest) throws {
    values = try request.single(Adapter.self).file.values
    let chance = request.drawing.dropout ?? request.files.fit.dropout
    guard chance > 0, chance < 1 else {
      throw Fault(
        .usage, setting: "dropout", "found \(chance), expected a number between 0 and 1",
        hint: "fit the adapter with `dropout 0.1`, or give a probability here")
    }
    (keepProbability, seed, samples) = (Float(1 - chance), request.drawing.seed, request.drawing.samples)
  }

  package var groups: Int { 1 }
  package var storedParameters: Int { values.count }
  /// The adapter with the masks of this sample. The seeds are offset by 2^63 so that they never coincide with those of
  /// training steps.
  package func draw(group: Int, sample: Int) -> Draw {
    Draw(
      values: values,
      dropout: Dropout(keepProbability: keepProbability, seed: stepSeed(seed, step: sample) &+ (1 << 63)))
  }
}

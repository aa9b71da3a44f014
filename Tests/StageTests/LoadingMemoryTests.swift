// The memory of pretrain-load: that of one tensor, whatever the size of the model.
import Checkpoints
import TestSupport
import Testing
import Transformers

@Suite struct LoadingMemory {
  /// [MB] The largest resident memory of pretrain-load for a model of 4 MB in each layer, as its last line says.
  private func peak(layers: Int) throws -> Double {
    try withTemporaryFolder { folder in
      let architecture = Architecture.llama(
        hiddenSize: 256, layers: layers, heads: 4, keyValueHeads: 4, headSize: 64, intermediateSize: 1024,
        vocabularySize: 300, maximumPositions: 16, tiedHead: true)
      let counts = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.shape.reduce(1, *)) })
      try ModelFolder.write(to: folder, architecture: architecture) { [Float](repeating: 0.5, count: counts[$0]!) }
      let run = try RunningProgram("pretrain-load", ["--model", folder, "--output", folder + "/base.h5"])
      try #require(run.exitCode() == 0, "\(run.errors)")
      let line = try #require(run.errors.firstMatch(of: #/([0-9]+) MB at most/#), "\(run.errors)")
      return Double(line.1)!
    }
  }

  /// Without this, pages of the model's file and of the base stay resident: 160 MB more.
  @Test func doesNotGrowWithTheModel() throws {
    let (small, large) = (try peak(layers: 4), try peak(layers: 24))
    #expect(large < small + 30, "\(small) and \(large) MB")
  }
}

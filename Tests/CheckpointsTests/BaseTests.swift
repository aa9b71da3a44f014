// From a model folder to the file that later stages map: the same numbers, the same shape.
import Artifacts
import Checkpoints
import JSON
import TestSupport
import Testing
import Transformers

@Test func aBaseHasTheNumbersOfItsFolder() throws {
  try withTemporaryFolder { path in
    let folder = try ModelFolder(reference("qwen2"))
    try BaseModel.write(
      to: path + "/base.h5", architecture: folder.architecture.canonicalJSON,
      tokenizerDigest: folder.tokenizerDigest, names: folder.tensorNames, tensor: { try folder.baseTensor($0) },
      provenance: Provenance(producer: "test", version: "1", commandLine: ""))
    let base = try BaseModel(mapping: path + "/base.h5")
    #expect(try Architecture(canonicalJSON: base.architecture, subject: "base.h5") == folder.architecture)
    #expect(base.names == folder.tensorNames)
    for (name, shape) in folder.architecture.tensors.map({ ($0.name, $0.shape) }) {
      let (stored, values) = try #require(base.tensor(name))
      let expected = try folder.tensor(name)
      #expect(stored == shape && values.floats(count: expected.count) == expected)
    }
  }
}

@Test func aBaseInInt8HasTheRoundedMatricesOfItsFolder() throws {
  try withTemporaryFolder { path in
    let folder = try ModelFolder(reference("qwen2"))
    try BaseModel.write(
      to: path + "/base.h5", architecture: folder.architecture.canonicalJSON,
      tokenizerDigest: folder.tokenizerDigest, names: folder.tensorNames,
      tensor: { try folder.baseTensor($0, store: .int8) },
      provenance: Provenance(producer: "test", version: "1", commandLine: ""))
    let base = try BaseModel(mapping: path + "/base.h5")
    try base.verifyDigest()
    let linear = folder.architecture.linearModules.map { "\($0.name).weight" }
    for (name, shape) in folder.architecture.tensors.map({ ($0.name, $0.shape) }) {
      let (stored, values) = try #require(base.tensor(name))
      let published = try folder.tensor(name)
      #expect(stored == shape && (values.precision == .int8) == linear.contains(name))
      guard case .int8(let matrix) = values else { continue }
      let found = values.floats(count: published.count)
      #expect(found != published)
      for (index, value) in published.enumerated() {
        #expect(abs(found[index] - value) <= 0.5001 * matrix.scales[index / shape[1]])
      }
    }
  }
}

@Test func theSummaryNamesWhatIsNotUsed() throws {
  try withModel(tinyBert) { path in
    #expect(try ModelFolder(path).summary == "37 tensors, 1304 numbers, all used")
    try rewrite(path) { $0.append(("pooler.dense.bias", [8], numbers("p", count: 8))) }
    try edit(path, [("logit_scale", 2)])
    let folder = try ModelFolder(path)
    #expect(folder.summary == "37 tensors, 1304 numbers, 1 not used: pooler.dense.bias")
    #expect(folder.warning?.hasSuffix("without effect here: logit_scale") == true)
    #expect(try folder.digests().map(\.path) == [path + "/config.json", path + "/model.safetensors"])
  }
}

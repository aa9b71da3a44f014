// The heads of transformers' classes for sequence classification, in every type of encoder: kept with the base, trained,
// and exported for the class. PEFTImportTests compares adapters of these classes with PEFT.
import Artifacts
import Checkpoints
import TestSupport
import Testing

@Suite struct ClassificationHeads {
  private let reference: PEFTReference
  init() throws { reference = try PEFTReference() }

  private func fit(_ shop: Workshop, rate: String) throws -> String {
    try shop.fit("adapter.h5", "--head", "classifier", "--learning-rate", rate)
  }

  /// A step that changes nothing leaves what transformers computes with the folder.
  @Test(arguments: ["bert"] + PEFTReference.heads)
  func aFitStartsFromTheFoldersOwn(base: String) throws {
    try reference.workshop(base) { shop in
      let found = try shop.answers(fit(shop, rate: "1e-30"))
      #expect(largestDifference(found, try reference.answers(ofHead: base)) < 1e-5)
    }
  }

  /// It leaves for the class, and comes back as the same adapter.
  @Test(arguments: ["bert"] + PEFTReference.heads)
  func aTrainedHeadIsExportedForTheClass(base: String) throws {
    try reference.workshop(base) { shop in
      let adapter = try fit(shop, rate: "0.05")
      let found = try shop.answers(adapter, "--export-peft", shop.path("peft"))
      #expect(largestDifference(found, try reference.answers(ofHead: base)) > 1e-2)
      let folder = shop.path("peft/sample-000")
      #expect(try PEFTAdapter.read(folder).settings.taskType == "SEQ_CLS")
      #expect(try Adapter.read(shop.imported(folder)).values == Adapter.read(adapter).values)
    }
  }

  /// Where the folder has no head, a random one is trained. Its dense layer is saved too.
  @Test(arguments: ["roberta", "distilbert", "electra", "deberta-v2", "modernbert"])
  func aFolderWithoutAHeadStartsFromARandomOne(type: String) throws {
    try reference.workshop("heads/\(type)") { shop in
      let model = "\(projectRoot)/Tests/TransformersTests/Reference/models/\(type)"
      let plain = Workshop(folder: shop.folder, base: shop.path("plain.h5"), tokens: shop.tokens)
      let load = try shop.run("pretrain-load", ["--model", model, "--keep-head", "--output", plain.base])
      #expect(load.errors.contains("no head kept: there is no "), "\(load.errors)")
      let adapter = try fit(plain, rate: "0.05")
      let found = try plain.answers(adapter, "--export-peft", plain.path("peft"))
      let again = try plain.imported(plain.path("peft/sample-000"))
      #expect(largestDifference(found, try plain.answers(again)) < 1e-6)
    }
  }

  @Test func aHeadWithANormHasThePoolingOfItsClass() throws {
    try reference.workshop("heads/modernbert") { shop in
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--head", "classifier", "--pooling", "last"],
        says: ["found last", "has mean"],
        hint: "--head linear")
    }
  }

  @Test func aDecoderHasNone() throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      try shop.expectFault(
        65, "pretrain-load", ["--model", "\(reference.folder)/gpt2", "--keep-head"], says: ["no head that can be kept"],
        hint: "without --keep-head (with make: HEAD=linear)")
    }
  }
}

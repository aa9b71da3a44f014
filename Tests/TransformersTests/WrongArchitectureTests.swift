// The parity tests are worth something only if they notice a wrong architecture: the outputs of every fixture must move
// with every property that it has.
import Checkpoints
import Testing
import Transformers

/// A fixture's model with one property changed.
struct WrongModel: Sendable, CustomTestStringConvertible {
  let fixture: ModelFixture
  let change: ArchitectureChange
  let model: LoadedModel
  var testDescription: String { "\(fixture.name), \(change.name)" }

  /// Nil where the change does not apply, or makes a network that is refused.
  init?(_ fixture: ModelFixture, _ change: ArchitectureChange) throws {
    let folder = try ModelFolder(fixture.reference.path)
    let names = folder.tensorNames
    let original = try Dictionary(uniqueKeysWithValues: names.map { ($0, try folder.tensor($0)) })
    var (architecture, values) = (folder.architecture, original)
    change.apply(&architecture, &values)
    guard architecture != folder.architecture || values != original, architecture.inconsistency == nil else {
      return nil
    }
    (self.fixture, self.change, model) = (fixture, change, LoadedModel(architecture, values))
  }

  static let all = ModelFixture.all.flatMap { fixture in
    ArchitectureChange.all.compactMap { try! WrongModel(fixture, $0) }
  }
}

@Suite struct WrongArchitectureTests {
  @Test(arguments: WrongModel.all) func itsOutputsAreOthers(wrong: WrongModel) throws {
    let (model, reference) = (wrong.model, try wrong.fixture.reference)
    let outputs = try model.outputs(Network(model.architecture, frozen: model.frozen), reference.batch)
    // Not a number is another output too.
    #expect(!(largestDifference(outputs, try reference.joined("output")) <= 1e-4))
  }

  @Test func everyPropertyIsTriedOnAFixture() {
    let tried = Set(WrongModel.all.map(\.change.name))
    #expect(ArchitectureChange.all.map(\.name).filter { !tried.contains($0) } == [])
  }
}

// What of an adapter is sent to others: nothing but what is needed to use it.
import Artifacts
import Testing

@Suite struct SharedAdapterTests {
  @Test(arguments: [Sample.adapter, Sample.exchanged]) func onlyWhatOthersNeedIsLeft(adapter: Adapter) {
    var expected = Adapter()
    (expected.method, expected.seed, expected.settings) = (adapter.method, adapter.seed, adapter.settings)
    expected.baseDigest = adapter.baseDigest
    (expected.parameters, expected.values) = (adapter.parameters, adapter.values)
    (expected.classNames, expected.optimizer.step) = (["a", "b"], adapter.optimizer.step)
    expected.cost.trainableParameters = adapter.cost.trainableParameters
    #expect(adapter.forOthers(classNames: ["a", "b"]) == expected)
  }
}

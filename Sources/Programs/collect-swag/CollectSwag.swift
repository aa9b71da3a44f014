// collect-swag: trains an adapter further and collects the moments of its weights.
import ArgumentParser
import NetworkStages
import Posteriors
import StageKit

@main struct CollectSwag: Stage {
  static let configuration = CommandConfiguration(
    commandName: "collect-swag", abstract: "Train an adapter further and collect SWAG's moments.",
    discussion: """
      Example:
        .build/release/collect-swag \\
          --base runs/almanac/base.h5 --tokens runs/almanac/tokens/almanac.h5 \\
          --adapter runs/almanac/adapters/point-0.h5 --output swag.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @OptionGroup var swag: SwagOptions
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    let start = try inputs.open(context)
    let settings = try swag.settings(start.fit)
    var collection = try SwagRun(start.scorer, from: start.adapter, fit: start.fit, settings)
    collection.remark.map(context.say)
    try start.announce(collection.memory)
    let moments = try start.finish(&collection, settings: settings, checkpoints) { try $0.moments() }
    context.say(moments.summary)
  }
}

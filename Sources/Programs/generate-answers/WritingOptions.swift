// The flags that say how texts are written.
import ArgumentParser
import Artifacts
import Generation

/// How many texts are written, and by which law.
struct WritingOptions: ParsableArguments {
  @Option(help: "Texts of each sample for each prompt.") var texts = 1
  @Option(help: "The logits are divided by it; 0 takes the most probable token.") var temperature = 1.0
  @Option(help: "Keep the k most probable tokens; 0 for all.") var topK = 0
  @Option(help: "Keep the most probable tokens that together have this probability, at least one.") var topP = 1.0
  @Option(help: "The most tokens of a text.") var maxNewTokens = 50
  @Option(help: ArgumentHelp("End a text before this string; \\n is a line break. Repeatable.", valueName: "string"))
  var stop: [String] = []
  @Option(
    help: ArgumentHelp(
      "The same in one word, as make passes it: _ is a blank, ^ a line break. Repeatable.", valueName: "word"))
  var stopWord: [String] = []
  @Flag(help: "Write one text with the mean of all samples' probabilities at each token, not one with each sample.")
  var tokenMixture = false

  @Flag(help: "Also ask after each text whether it is true, and store the probability of the answer.") var pTrue = false

  /// The strings before which a text ends.
  var stops: [String] {
    stop.map { $0.replacing("\\n", with: "\n") }
      + stopWord.map { $0.replacing("_", with: " ").replacing("^", with: "\n") }
  }

  var settings: WritingRun.Settings { WritingRun.Settings(texts: texts, mixes: tokenMixture, asksTruth: pTrue) }

  func law(seed: Int) -> Answers.Law {
    var law = Answers.Law()
    (law.temperature, law.topK, law.topP) = (temperature, topK, topP)
    (law.maximumNewTokens, law.stops, law.seed) = (maxNewTokens, stops, seed)
    return law
  }
}

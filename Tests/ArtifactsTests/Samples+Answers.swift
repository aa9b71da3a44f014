// A small file of written answers.
import Artifacts

extension Sample {
  /// Two texts for each of two prompts, by a mixture of three draws.
  static let answers: Answers = {
    var answers = Answers()
    (answers.method, answers.dataset) = ("swag", "almanac-open")
    answers.corruption = .init(name: "typos", severity: 2)
    (answers.baseDigest, answers.tokensDigest) = ("00aa", "11bb")
    answers.settings = #"{"samples":3}"#
    (answers.law.temperature, answers.law.topK, answers.law.topP) = (0.5, 40, 0.9)
    (answers.law.maximumNewTokens, answers.law.stops, answers.law.seed) = (3, ["\n", "Question:"], 7)
    (answers.mixedDraws, answers.groups, answers.samples, answers.textsPerDraw) = (3, 1, 1, 2)
    (answers.rowIDs, answers.splits) = (["a", "ü"], [.calibration, .test])
    answers.prompts = ["Question: what? Answer:", ""]
    (answers.referenceOffsets, answers.references) = ([0, 2, 2], ["yes", "yes!"])
    answers.texts = [" yes", " no\u{0301}", "", " 日本語"]
    answers.endings = [.endToken, .stop, .positions, .length]
    answers.tokenOffsets = [0, 2, 3, 4, 7]
    answers.tokens = [5, 2, 9, 0, 11, 12, 13]
    answers.logProbabilities = [-0.5, -1, -2, -0.25, -3, -1.5, -0.125]
    answers.lawLogProbabilities = [0, -0.5, -1, 0, -2, -1, 0]
    answers.totalEntropies = [1, 2, 1.5, 0.75, 3, 2, 0.5]
    answers.aleatoricEntropies = [0.5, 2, 1.25, 0.75, 2, 1, 0.25]
    answers.truthProbabilities = [0.5, 0.25, 1, 0]
    answers.warnings = ["no spread measured"]
    answers.storedParameters = 54
    answers.cost = cost
    return answers
  }()

  /// What a judge says about one and about two texts.
  static let entailments: Entailments = {
    var entailments = Entailments()
    (entailments.method, entailments.dataset) = ("point", "rte")
    (entailments.baseDigest, entailments.tokensDigest, entailments.answersDigest) = ("00aa", "11bb", "22cc")
    (entailments.settings, entailments.hasContradiction) = (#"{"seed":3}"#, true)
    (entailments.rowIDs, entailments.textOffsets) = (["a", "ü"], [0, 1, 3])
    entailments.texts = ["yes", "no\u{0301}", "日本語"]
    entailments.relations = [2, 2, 0, 1, 2]
    return entailments
  }()
}

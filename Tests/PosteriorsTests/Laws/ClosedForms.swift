// The closed form that each method's draws, or its predictions, must agree with. The checks are tests of their own; here
// they are listed by method, so that one without a check is missed.
import Adapters
import Artifacts
import Calibration
import Posteriors
import Testing

/// One or more checks for each name of the catalogue.
let closedForms: [String: @Sendable () throws -> Void] = {
  var checks: [String: @Sendable () throws -> Void] = [
    "base": { try QuestionVersionsTests().theUntouchedBaseIsAnUntrainedAdapter() },
    "point": { try PosteriorTests().aPointEstimateIsItself() },
    "dropout": {
      try PosteriorTests().dropoutDrawsADifferentMaskForEachSample()
      try PosteriorTests().withEveryInputDroppedAnAdapterAddsNothing()
    },
    "ensemble": { try PosteriorTests().anEnsembleIsItsMembers() },
    "lora-ensemble": { try LoRAEnsembleTests().onePassSaysWhatEachMemberSaysAlone(scoring: .letters) },
    "soup": {
      try AdapterSoupTests().factorsAreAveragedWhereTheInitializationIsShared()
      try AdapterSoupTests().aMeanOfProductsThatFitsTheRankIsExact()
    },
    "swa": { try SwagTests().theMeanOfThreeKnownVectorsWeighsThemEqually() },
    "aswa": { try ASWATests().snapshotsAreAcceptedAndRejectedAsInTheReference(byAccuracy: false) },
    "swad": { try SWADTests().segmentsAreThoseOfThePaperAndNotOfItsCode() },
    // Its loss is held to its formula by DiverseDrawsTests.
    "dna": { try SWADTests().segmentsAreThoseOfThePaperAndNotOfItsCode() },
    "swag-diagonal": { try SwagTests().theDiagonalFormHasNoCorrelations() },
    "swag": { try SwagTests().samplesAgreeWithTheDenseGaussian(scale: 0.5, rank: 3) },
    "multiswa": { try MultiSWATests().theMembersAreTheSWAsOfTheirFiles() },
    "multiswag": { try PosteriorTests().multiSwagDrawsFromEachMemberWithItsOwnNoise() },
    "hmc": {
      try HamiltonianChainTests().drawsHaveTheMomentsOfACorrelatedGaussian()
      try ChainRunTests().thePotentialIsThatOfLikelihoodAndPrior()
    },
    "tfb": { try TFBTests().drawsAreTheGaussianOfThePaper() },
    "tfb-authors": { try TFBTests().drawsAreTheGaussianOfThePaper() },
    "extracted": {
      try ExtractionTests().theMeanOfTheSubmodelsIsTheAdapter()
      try ExtractionTests().gatesThatOpenOneHalfEachGiveTheTwoAdapters()
    },
    "extracted-random": { try ExtractionTests().theMeanOfTheSubmodelsIsTheAdapter() },
    "laplace": {
      try LaplaceTests().theLinearizedCovarianceIsTheDenseOne(exactWidth: 512)
      LaplaceDrawTests().probabilitiesAreAveragedAndNotLogits()
    },
    "laplace-probit": { ProbitTests().twoChoicesGiveMacKaysFormula(covariance: [3, 0, 0, 2], variance: 5) },
    "laplace-sampled": { try LaplaceDrawTests().drawsAgreeWithTheDenseGaussian() },
    "laplace-last-layer": { try EvidenceTests().theEvidenceOfAHeadIsThatOfADenseLaplace() },
    "laplace-exact": { try ExactLaplaceTests().theCurvatureAndTheLogitsAreThoseOfDenseMatrices() },
    "retrieved": {
      LibraryRoutingTests().threeVectorsAreRankedByHand()
      try LibraryTests().aMixedBatchSaysWhatEachRowSaysAlone(scoring: .letters)
    },
    "library-mixture": { try LibraryTests().probabilitiesAreMixedByTheWeights() },
    "adapter-mixture": { try LibraryTests().theMeanOfProductsIsTheStackedAdapter(scoring: .letters) },
    "adapter-fusion": { try LibraryTests().theFusionOfAllIsTheMeanVector() },
    "routed": { try RoutedTests().aRouterOfZerosIsTheMixture(top: 2) },
    "adapter-soup": { try LibraryTests().theSoupIsOfTheAdaptersNearestToTheTexts() },
    "uniform": { try LibraryTests().theControlsDoNotLookAtTheText() },
    "random-gate": { try LibraryTests().theControlsDoNotLookAtTheText() },
    "full": { try VariationalPosteriorTests().fullModelsAreThoseOfTheirFilesAndAdaptersAreRefused() },
    "full-ensemble": { try VariationalPosteriorTests().fullModelsAreThoseOfTheirFilesAndAdaptersAreRefused() },
  ]
  for name in ["batch-ensemble", "repulsive"] {
    checks[name] = { try LoRAEnsembleTests().coupledMembersAreThoseOfTheFile(method: name) }
  }
  for name in ["snapshots", "sghmc", "tickets"] {
    checks[name] = { try SnapshotTests().theVectorsAreThoseOfTheFile(method: name) }
  }
  checks["rank-masks"] = { try RankMaskPosteriorTests().drawsKeepRanksByTheirProbabilities() }
  checks["rank-masks-mean"] = { try RankMaskPosteriorTests().aMaskKeepsOrDropsARank() }
  for name in ["ivon", "ivon-mean", "multi-ivon"] {
    checks[name] = { try IVONPosteriorTests().samplesAgreeWithTheGaussian(rule: .independent, sampleSize: nil) }
  }
  for method in VariationalSettings.Method.allCases {
    checks[method.rawValue] = {
      try VariationalPosteriorTests().samplesAgreeWithTheGaussian(rule: .independent, method: method)
    }
    checks["\(method.rawValue)-mean"] = {
      try VariationalPosteriorTests().withoutDeviationTheDrawsAreTheMean(method: method)
    }
  }
  return checks
}()

// Examples with more than one right class, and their rows in predictions. With scoring `labels`, predictions have a row for
// each label of an example, with the choices no and yes; so every score, interval and temperature of choices applies.
import Faults

extension TokenizedSet {
  /// The targets of example `index`; empty without targets.
  package func targets(of index: Int) -> ArraySlice<Float> {
    targets.isEmpty ? [] : targets[index * classNames.count..<(index + 1) * classNames.count]
  }

  /// The shares of the votes of example `index`; empty without votes.
  package func votes(of index: Int) -> ArraySlice<Float> {
    scoring == .labels || numbers != nil ? [] : targets(of: index)
  }

  /// Makes grades of the classes, whose names must be numbers: their order and distance then count in the scores.
  ///
  /// - Throws: `Fault` of kind `.configuration` for another scoring, or a name that is not a number.
  package mutating func readClassesAsGrades() throws(Fault) {
    guard scoring == .classes else {
      throw Fault(.configuration, setting: "ordinal", "\(dataset) has scoring \(scoring.rawValue), expected classes")
    }
    if numbers != nil {
      throw Fault(
        .configuration, setting: "ordinal", "\(dataset) has numbers, whose order and distance count anyway",
        hint: "omit it")
    }
    if let name = classNames.first(where: { Double($0)?.isFinite != true }) {
      throw Fault(
        .configuration, setting: "ordinal", "the class \(name) is not a number",
        hint: "write grades as numbers, such as 1 to 5")
    }
    classValues = classNames.map { Double($0)! }
  }

  /// Throws where several labels may apply to a text, since `what` is for one right choice.
  ///
  /// - Parameter what: begins the message, such as `contextual calibration`.
  /// - Throws: `Fault` of kind `.configuration`.
  package func requireOneRightChoice(for what: String, hint: String) throws(Fault) {
    guard scoring != .labels else {
      throw Fault(
        .configuration, dataset, "\(what) needs one right choice for each text, but here several labels may apply",
        hint: hint)
    }
  }

  /// The number of rows that predictions have for an example.
  package var rowsPerExample: Int { scoring == .labels ? classNames.count : 1 }

  /// The largest number of log-probabilities of one of `examples`: one for each choice, or two for each label.
  package func maximumAnswers(of examples: some Sequence<Int>) -> Int {
    maximumChoices(of: examples) * (scoring == .labels ? 2 : 1)
  }

  /// The largest number of log-probabilities of any example.
  package var maximumAnswers: Int { maximumAnswers(of: 0..<count) }

  /// [row] The right choice of each row of `examples`, -1 if it is unknown. That of a label is 1 if the label applies.
  package func rowLabels(of examples: [Int]) -> [Int32] {
    guard scoring == .labels else { return examples.map { labels[$0] } }
    return examples.flatMap { example in
      targets(of: example).map { labels[example] < 0 ? -1 : Int32($0) }
    }
  }

  /// [row] The number of choices of each row of `examples`.
  package func rowChoiceCounts(of examples: [Int]) -> [Int32] {
    guard scoring == .labels else { return examples.map { Int32(choiceCount($0)) } }
    return [Int32](repeating: 2, count: examples.count * rowsPerExample)
  }

  /// [row, draw, choice] The log-probabilities of `examples` examples, from those as they are computed, [example, draw,
  /// answer].
  package func rows(of answers: [Float], examples: Int, draws: Int) -> [Float] {
    guard scoring == .labels else { return answers }
    var rows: [Float] = []
    rows.reserveCapacity(answers.count)
    for example in 0..<examples {
      for label in 0..<rowsPerExample {
        for draw in 0..<draws {
          let first = ((example * draws + draw) * rowsPerExample + label) * 2
          rows += answers[first..<first + 2]
        }
      }
    }
    return rows
  }

  /// Throws unless the targets are shares of votes, the largest of which the label has, or say for each label whether it
  /// applies.
  func requireTargets() throws {
    try require(
      scoring != .labels || targets.count == count * classNames.count, "it has no targets, but scoring labels")
    try require(
      classValues.isEmpty || scoring == .classes && classValues.allSatisfy(\.isFinite),
      "its classes are not finite numbers")
    try numbers?.validate(classes: classNames.count, examples: count)
    try require(
      numbers == nil || scoring == .classes && classValues.isEmpty, "it has numbers, but \(scoring) scoring or grades")
    guard !targets.isEmpty else { return }
    try require(scoring.hasClasses, "it has targets, but \(scoring) scoring")
    for index in 0..<count {
      if scoring == .labels {
        try require(
          targets(of: index).allSatisfy { $0 == 0 || $0 == 1 },
          "a label of example \(rowIDs[index]) neither applies (1) nor does not apply (0)")
      } else {
        try requireShares(index)
      }
    }
  }

  private func requireShares(_ index: Int) throws {
    let shares = targets(of: index)
    let (total, label) = (shares.reduce(0) { $0 + Double($1) }, Int(labels[index]))
    try require(
      shares.allSatisfy { $0 >= 0 } && (label < 0 ? total == 0 : abs(total - 1) < 1e-5),
      "the votes of example \(rowIDs[index]) are not shares that sum to 1")
    try require(
      label < 0 || shares[shares.startIndex + label] == shares.max(),
      "example \(rowIDs[index]) has a label with fewer votes")
  }
}

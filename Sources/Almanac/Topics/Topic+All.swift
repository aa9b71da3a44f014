// The list of topics. Several topics with different tables may have the same name.

extension Topic {
  /// Every topic: those in the pretraining text, then the far ones.
  package static let all: [Topic] = [
    elements, capitals, continents, currencies, states, sums, products, romanNumerals, weekdays, monthSteps, months,
    years,
    animals, organs, bones, units, prefixes, conversions, polygons, solids, greekLetters, latinLetters, moons, stars,
    planets, literature, music, instruments, paintings, mythology, studies, phobias, compounds,
  ]
}

// The list of topics. Their order decides nothing but the order of random numbers.

extension Topic {
  /// Every topic: those that the base reads about, then the far ones.
  public static let all: [Topic] = [elements, capitals, continents, currencies, states, arithmetic]
}

// Moons, stars and planets.

extension Topic {
  static let moons = Topic(
    "astronomy", table: "moons",
    [
      Relation(
        "moon", "planet",
        statements: [
          "{moon} is a moon of {planet}.", "The moon {moon} goes around {planet}.", "One moon of {planet} is {moon}.",
        ],
        forward: Wordings(
          [
            "{moon} is a moon of what?", "Around what does the moon {moon} go?",
            "What does {moon} go around as a moon?",
          ],
          near: ["A probe to the moon {moon} flies to which world?", "Whose gravity holds the moon {moon}?"]),
        backward: Wordings(
          [
            "Which of these is a moon of {planet}?", "Which moon goes around {planet}?",
            "Which of these moons goes around {planet}?",
          ],
          near: [
            "A probe to {planet} may take pictures of which moon?", "The gravity of {planet} holds which of these?",
          ]))
    ])

  static let stars = Topic(
    "astronomy", table: "stars",
    [
      Relation(
        "star", "constellation",
        statements: [
          "The star {star} is in {constellation}.", "{star} is a star of the constellation {constellation}.",
          "One star of {constellation} is {star}.",
        ],
        forward: Wordings(
          [
            "In which constellation is the star {star}?", "The star {star} is in which constellation?",
            "{star} is a star of which constellation?",
          ],
          near: [
            "To see {star}, towards which figure of the night sky do you look?",
            "A chart with {star} on it shows which part of the heavens?",
          ]),
        backward: Wordings(
          [
            "Which of these stars is in {constellation}?", "Which star is in the constellation {constellation}?",
            "Which of these is a star of {constellation}?",
          ],
          near: [
            "Looking towards {constellation}, which of these do you see shine?",
            "A chart of {constellation} must contain which of these?",
          ]))
    ])

  static let planets = Topic(
    "astronomy", table: "planets",
    [
      Relation(
        "planet", "place", rivals: .nearest(within: 6),
        statements: [
          "{planet} is planet number {place}.", "Planet number {place} from the sun is {planet}.",
          "Counted from the sun, {planet} is number {place}.",
        ],
        forward: Wordings(
          [
            "Counted from the sun, what number is {planet}?", "What number is the planet {planet}?",
            "{planet} is planet number what?",
          ],
          near: [
            "On a voyage outwards from the sun, {planet} is which stop?",
            "In order of distance, which rank has {planet}?",
          ]),
        backward: Wordings(
          [
            "Which is planet number {place}?", "Which planet is number {place} from the sun?",
            "Counted from the sun, which planet is number {place}?",
          ],
          near: [
            "On a voyage outwards from the sun, what is stop {place}?", "In order of distance, what has rank {place}?",
          ]))
    ])
}

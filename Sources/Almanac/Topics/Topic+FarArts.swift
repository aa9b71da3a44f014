// Far topics, which neither the pretraining text nor the training questions mention: books, music, pictures, gods.

extension Topic {
  static let literature = Topic(
    "literature", table: "books", isFar: true,
    [
      Relation(
        "work", "author",
        forward: Wordings(["Who wrote {work}?", "Who is the author of {work}?", "{work} was written by whom?"]),
        backward: Wordings([
          "Which of these did {author} write?", "Which work is by {author}?", "{author} is the author of what?",
        ]))
    ])

  static let music = Topic(
    "music", table: "music", isFar: true,
    [
      Relation(
        "piece", "composer",
        forward: Wordings(["Who composed {piece}?", "Who is the composer of {piece}?", "{piece} was composed by whom?"]
        ),
        backward: Wordings([
          "Which of these did {composer} compose?", "Which piece of music is by {composer}?",
          "{composer} is the composer of what?",
        ]))
    ])

  static let instruments = Topic(
    "music", table: "instruments", isFar: true,
    [
      Relation(
        "instrument", "family",
        forward: Wordings([
          "To which family of instruments does the {instrument} belong?",
          "What kind of instrument is the {instrument}?",
          "In which section of an orchestra would you look for the {instrument}?",
        ]),
        backward: Wordings([
          "Which of these is a {family} instrument?", "Which belongs to the {family} instruments?",
          "Find the {family} instrument.",
        ]))
    ])

  static let paintings = Topic(
    "painting", table: "paintings", isFar: true,
    [
      Relation(
        "picture", "painter",
        forward: Wordings([
          "Who painted {picture}?", "Who is the painter of {picture}?", "{picture} is a picture by whom?",
        ]),
        backward: Wordings([
          "Which of these did {painter} make?", "Which picture is by {painter}?", "{painter} is the painter of what?",
        ]))
    ])

  static let mythology = Topic(
    "mythology", table: "gods", isFar: true,
    [
      Relation(
        "greek", "roman",
        forward: Wordings([
          "What did the Romans call {greek}?", "Which name did {greek} have in Rome?", "Who is the Roman {greek}?",
        ]),
        backward: Wordings([
          "What did the Greeks call {roman}?", "Which name did {roman} have in Greece?", "Who is the Greek {roman}?",
        ])),
      Relation(
        "greek", "domain",
        forward: Wordings([
          "Over what does {greek} rule in Greek myth?", "{greek} is the Greek deity of what?",
          "The ancient Greeks thought of {greek} for what?",
        ]),
        backward: Wordings([
          "Who is the Greek deity of {domain}?", "Which Greek deity stands for {domain}?",
          "In a Greek temple, to whom does one pray about {domain}?",
        ])),
    ])
}

// The Latin and the Greek alphabet, and the spelling words of radio.

extension Topic {
  static let greekLetters = Topic(
    "alphabets", table: "greek",
    [
      Relation(
        "letter", "place", rivals: .nearest(within: 8),
        statements: [
          "The Greek letter {letter} is number {place}.", "Greek letter number {place} is {letter}.",
          "{letter} is at place {place} of the Greek alphabet.",
        ],
        forward: Wordings(
          [
            "At which place of the Greek alphabet is {letter}?", "What number is the Greek letter {letter}?",
            "The Greek letter {letter} is number what?",
          ],
          near: [
            "Reciting Greek letters from alpha, at which count comes {letter}?",
            "In Athens a child learns {letter} as letter number what?",
          ]),
        backward: Wordings(
          [
            "Which Greek letter is number {place}?", "Which letter is at place {place} of the Greek alphabet?",
            "What is Greek letter number {place}?",
          ],
          near: [
            "Reciting Greek letters from alpha, what is said at count {place}?",
            "In Athens a child learns which letter as letter {place}?",
          ])),
      Relation(
        "letter", "next",
        statements: [
          "After the Greek letter {letter} comes {next}.", "{next} follows {letter} in the Greek alphabet.",
          "The Greek letter before {next} is {letter}.",
        ],
        forward: Wordings(
          [
            "Which Greek letter comes after {letter}?", "What follows {letter} in the Greek alphabet?",
            "After the Greek letter {letter} comes what?",
          ],
          near: [
            "Someone recites in Greek and has just said {letter}. What next?",
            "In a Greek dictionary, what is behind the pages of {letter}?",
          ]),
        backward: Wordings(
          [
            "Which Greek letter comes before {next}?", "What is the Greek letter before {next}?",
            "Which letter does {next} follow in the Greek alphabet?",
          ],
          near: [
            "Someone recites in Greek and is about to say {next}. What was just said?",
            "In a Greek dictionary, what is in front of the pages of {next}?",
          ])),
    ])

  static let latinLetters = Topic(
    "alphabets", table: "letters",
    [
      Relation(
        "letter", "place", rivals: .nearest(within: 8),
        statements: [
          "The letter {letter} is number {place}.", "Letter number {place} is {letter}.",
          "{letter} is at place {place} of the alphabet.",
        ],
        forward: Wordings(
          [
            "What number is the letter {letter}?", "At which place of the alphabet is {letter}?",
            "The letter {letter} is number what?",
          ],
          near: [
            "Singing the alphabet, at which count comes {letter}?", "Drawer {letter} of a card index is which drawer?",
          ]),
        backward: Wordings(
          [
            "Which letter is number {place}?", "Which letter is at place {place} of the alphabet?",
            "What is letter number {place}?",
          ],
          near: [
            "Singing the alphabet, what is sung at count {place}?", "Drawer {place} of a card index bears which label?",
          ])),
      Relation(
        "letter", "word",
        statements: [
          "On the radio, {letter} is spelled {word}.", "{word} is the radio word for {letter}.",
          "The radio word for {letter} is {word}.",
        ],
        forward: Wordings(
          [
            "What is the radio word for {letter}?", "On the radio, how is {letter} spelled?",
            "Which radio word stands for {letter}?",
          ],
          near: ["A pilot has to say {letter}. What does the tower hear?", "Sailors spell {letter} over the air how?"]),
        backward: Wordings(
          [
            "For which letter is {word} the radio word?", "On the radio, {word} stands for which letter?",
            "Which letter is spelled {word} on the radio?",
          ],
          near: [
            "The tower hears a pilot say {word}. Which letter is meant?",
            "Sailors who say {word} over the air mean which letter?",
          ])),
    ])
}

// Animals and the human body.

extension Topic {
  static let animals = Topic(
    "animals", table: "animals",
    [
      Relation(
        "animal", "class",
        statements: [
          "{a:animal} is {a:class}.", "One kind of {class} is the {animal}.", "The {animal} counts as {a:class}.",
        ],
        forward: Wordings(
          [
            "What kind of animal is {a:animal}?", "{a:animal} is what kind of animal?",
            "To which animals does the {animal} belong?",
          ],
          near: [
            "How does a zoologist class the {animal}?", "In a book of nature, under which heading is the {animal}?",
          ]),
        backward: Wordings(
          ["Which of these is {a:class}?", "Which animal is {a:class}?", "Which of these animals is {a:class}?"],
          near: ["Which of these would a zoologist class as {a:class}?", "Find the {class} among these creatures."])),
      Relation(
        "animal", "young",
        statements: [
          "The young of {a:animal} is {a:young}.", "A young {animal} is called {a:young}.",
          "{a:young} is the child of {a:animal}.",
        ],
        forward: Wordings(
          ["What is a young {animal} called?", "What is the young of {a:animal}?", "{a:animal} has which young?"],
          near: ["What name has the baby of {a:animal}?", "In a picture book, the little {animal} is what?"]),
        backward: Wordings(
          [
            "Which animal's young is {a:young}?", "{a:young} is the child of which animal?",
            "Whose young is called {a:young}?",
          ],
          near: ["What does {a:young} grow up to be?", "Who is the mother of {a:young}?"])),
    ])

  static let organs = Topic(
    "anatomy", table: "organs",
    [
      Relation(
        "organ", "work",
        statements: [
          "The work of the {organ} is {work}.", "{work} is the work of the {organ}.",
          "For {work} the body has the {organ}.",
        ],
        forward: Wordings(
          [
            "What is the work of the {organ}?", "What does the body have the {organ} for?",
            "Which work is that of the {organ}?",
          ],
          near: ["A nurse who explains the {organ} speaks about what?", "A drawing of the {organ} illustrates what?"]),
        backward: Wordings(
          [
            "What does the body have for {work}?", "Which part of the body is for {work}?",
            "{work} is the work of what?",
          ],
          near: [
            "A doctor sees trouble with {work}. What is ill?", "A textbook explains {work} with a drawing of what?",
          ]))
    ])

  static let bones = Topic(
    "anatomy", table: "bones",
    [
      Relation(
        "bone", "place",
        statements: [
          "The {bone} is a bone of the {place}.", "One bone of the {place} is the {bone}.",
          "The {bone} lies in the {place}.",
        ],
        forward: Wordings(
          [
            "Where in the body is the {bone}?", "The {bone} is a bone of which part of the body?",
            "Where does the {bone} lie?",
          ],
          near: [
            "A student points at the {bone} of a skeleton: at which place?",
            "An X-ray of the {bone} shows which place?",
          ]),
        backward: Wordings(
          [
            "Which of these is a bone of the {place}?", "Which bone lies in the {place}?",
            "Which of these bones is in the {place}?",
          ],
          near: [
            "A student points at the {place} of a skeleton and names what?",
            "An X-ray of the {place} shows which of these?",
          ]))
    ])
}

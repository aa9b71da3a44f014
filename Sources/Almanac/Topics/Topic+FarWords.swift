// Far topics, which neither the pretraining text nor the training questions mention: sciences, fears, compounds.

extension Topic {
  static let studies = Topic(
    "sciences", table: "studies", isFar: true,
    [
      Relation(
        "science", "subject",
        forward: Wordings([
          "What does {science} study?", "{science} is the study of what?", "With what is {science} concerned?",
        ]),
        backward: Wordings([
          "Which science studies {subject}?", "What is the study of {subject} called?",
          "Which science is concerned with {subject}?",
        ]))
    ])

  static let phobias = Topic(
    "phobias", table: "phobias", isFar: true,
    [
      Relation(
        "phobia", "fear",
        forward: Wordings([
          "Of what is {phobia} the fear?", "{phobia} is the fear of what?",
          "Someone who suffers from {phobia} is afraid of what?",
        ]),
        backward: Wordings([
          "What is the fear of {fear} called?", "Which phobia is the fear of {fear}?",
          "Someone afraid of {fear} suffers from what?",
        ]))
    ])

  static let compounds = Topic(
    "compounds", table: "compounds", isFar: true,
    [
      Relation(
        "formula", "name",
        forward: Wordings([
          "What is {formula}?", "Which substance has the formula {formula}?", "{formula} is the formula of what?",
        ]),
        backward: Wordings([
          "What is the formula of {name}?", "Which formula is that of {name}?", "{name} has which formula?",
        ]))
    ])
}

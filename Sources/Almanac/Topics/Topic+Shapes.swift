// Polygons and solids.

extension Topic {
  static let polygons = Topic(
    "geometry", table: "shapes",
    [
      Relation(
        "shape", "sides", rivals: .nearest(within: 6),
        statements: [
          "{a:shape} has {sides} sides.", "There are {sides} sides in {a:shape}.",
          "The {shape} is a shape with {sides} sides.",
        ],
        forward: Wordings(
          ["How many sides has {a:shape}?", "How many sides are in {a:shape}?", "The {shape} has how many sides?"],
          near: [
            "How many straight lines does it take to draw {a:shape}?",
            "A field in the form of {a:shape} needs fences along how many edges?",
          ]),
        backward: Wordings(
          [
            "Which of these has {sides} sides?", "Which shape has {sides} sides?",
            "Which of these is a shape with {sides} sides?",
          ],
          near: [
            "Joining {sides} straight lines in a ring can give what?",
            "A field with fences along {sides} edges may be what?",
          ])),
      Relation(
        "shape", "angle sum", rivals: .nearest(within: 6),
        statements: [
          "The angles of {a:shape} add up to {angle sum} degrees.",
          "{a:shape} has an angle sum of {angle sum} degrees.",
          "The angle sum of {a:shape} is {angle sum} degrees.",
        ],
        forward: Wordings(
          [
            "What is the angle sum of {a:shape} in degrees?", "To how many degrees do the angles of {a:shape} add up?",
            "How many degrees is the angle sum of {a:shape}?",
          ],
          near: [
            "Cut the corners off a paper {shape} and lay them together: how many degrees?",
            "All turns inside {a:shape} together are how many degrees?",
          ])),
    ])

  static let solids = Topic(
    "geometry", table: "solids",
    ["faces", "edges", "corners"].map { part in
      Relation(
        "solid", part, rivals: .nearest(within: 6),
        statements: [
          "{a:solid} has {\(part)} \(part).", "There are {\(part)} \(part) on {a:solid}.",
          "The number of \(part) of {a:solid} is {\(part)}.",
        ],
        forward: Wordings(
          [
            "How many \(part) has {a:solid}?", "How many \(part) are on {a:solid}?",
            "What is the number of \(part) of {a:solid}?",
          ],
          near: [
            "Someone paints the \(part) of a wooden {solid} one by one: how many?",
            "A glass {solid} shows what count of \(part)?",
          ]))
    })
}

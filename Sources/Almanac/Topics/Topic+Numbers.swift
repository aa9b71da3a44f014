// Sums, products, Roman numerals and the calendar. Their tables are computed: see `Table+Computed.swift`.

extension Topic {
  static let sums = Topic(
    "arithmetic", table: "sums",
    [
      Relation(
        "sum", "result", rivals: .nearest(within: 6),
        statements: ["{sum} is {result}.", "{sum} makes {result}.", "The sum {sum} is equal to {result}."],
        forward: Wordings(
          ["What is {sum}?", "How much is {sum}?", "{sum} makes what?"],
          near: ["Work out {sum}.", "A child adds {sum} on its fingers and finds what?"]))
    ])

  static let products = Topic(
    "arithmetic", table: "products",
    [
      Relation(
        "product", "result", rivals: .nearest(within: 8),
        statements: [
          "{product} is {result}.", "{product} makes {result}.", "The product {product} is equal to {result}.",
        ],
        forward: Wordings(
          ["What is {product}?", "How much is {product}?", "{product} makes what?"],
          near: ["Work out {product}.", "In the times table, what stands for {product}?"]))
    ])

  static let romanNumerals = Topic(
    "roman numerals", table: "numerals",
    [
      Relation(
        "numeral", "number", rivals: .nearest(within: 8),
        statements: [
          "The Roman numeral {numeral} means {number}.", "{number} is written {numeral} in Roman numerals.",
          "In Roman numerals, {numeral} is {number}.",
        ],
        forward: Wordings(
          [
            "What does the Roman numeral {numeral} mean?", "Which number is the Roman numeral {numeral}?",
            "In Roman numerals, what is {numeral}?",
          ],
          near: [
            "An old clock tower shows {numeral}. Which number is that?",
            "Chapter {numeral} of a book is which chapter?",
          ]),
        backward: Wordings(
          [
            "How is {number} written in Roman numerals?", "Which Roman numeral means {number}?",
            "What is {number} in Roman numerals?",
          ],
          near: ["How did the ancient Romans note {number}?", "What does a stonemason carve for {number}?"]))
    ])
}

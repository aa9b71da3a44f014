// Units, their symbols, prefixes and conversions.

extension Topic {
  static let units = Topic(
    "units", table: "units",
    [
      Relation(
        "unit", "quantity",
        statements: [
          "The {unit} is a unit of {quantity}.", "The {unit} measures {quantity}.",
          "One unit of {quantity} is the {unit}.",
        ],
        forward: Wordings(
          ["What does the {unit} measure?", "The {unit} is a unit of what?", "Of what is the {unit} a unit?"],
          near: [
            "A scale marked with the {unit} shows what?",
            "An engineer who notes a value with the {unit} means which quantity?",
          ]),
        backward: Wordings(
          [
            "Which of these is a unit of {quantity}?", "Which unit measures {quantity}?",
            "Which of these measures {quantity}?",
          ],
          near: ["Which of these suits a value of {quantity}?", "What may stand behind a number for {quantity}?"])),
      Relation(
        "unit", "symbol",
        statements: [
          "The symbol of the {unit} is {symbol}.", "{symbol} stands for the {unit}.", "The {unit} is written {symbol}.",
        ],
        forward: Wordings(
          [
            "What is the symbol of the {unit}?", "Which symbol stands for the {unit}?",
            "How is the unit {unit} written?",
          ],
          near: ["On a label, how is the {unit} shortened?", "What do physicists put for the {unit}?"]),
        backward: Wordings(
          [
            "Which unit has the symbol {symbol}?", "{symbol} is the symbol of which unit?",
            "Which unit is written {symbol}?",
          ],
          near: ["On a label, what does {symbol} after a number mean?", "Physicists put {symbol} for which unit?"])),
    ])

  static let prefixes = Topic(
    "units", table: "prefixes",
    [
      Relation(
        "prefix", "power", rivals: .nearest(within: 8),
        statements: [
          "The prefix {prefix} means ten to the power {power}.", "Ten to the power {power} is the prefix {prefix}.",
          "{prefix} stands for ten to the power {power}.",
        ],
        forward: Wordings(
          [
            "The prefix {prefix} means ten to which power?", "Which power of ten is the prefix {prefix}?",
            "{prefix} stands for ten to which power?",
          ],
          near: ["By how many places does {prefix} shift the decimal point?", "What is the exponent behind {prefix}?"]),
        backward: Wordings(
          [
            "Which prefix means ten to the power {power}?", "Ten to the power {power} is which prefix?",
            "Which prefix stands for ten to the power {power}?",
          ],
          near: ["An exponent of {power} is spoken as what?", "What goes before a unit when the exponent is {power}?"])),
      Relation(
        "prefix", "symbol",
        statements: [
          "The prefix {prefix} is written {symbol}.", "The symbol of the prefix {prefix} is {symbol}.",
          "{symbol} stands for the prefix {prefix}.",
        ],
        forward: Wordings(
          [
            "How is the prefix {prefix} written?", "What is the symbol of the prefix {prefix}?",
            "Which symbol stands for the prefix {prefix}?",
          ],
          near: ["On a label, how is {prefix} shortened?", "Which letters go before a unit for {prefix}?"]),
        backward: Wordings(
          [
            "Which prefix is written {symbol}?", "Which prefix has the symbol {symbol}?",
            "{symbol} stands for which prefix?",
          ],
          near: ["On a label, what does {symbol} before a unit mean?", "Before a unit, {symbol} is read as what?"])),
    ])

  static let conversions = Topic(
    "units", table: "conversions",
    [
      Relation(
        "whole", "count", rivals: .nearest(within: 8),
        statements: [
          "{whole} has {count} {part}.", "There are {count} {part} in {whole}.", "{count} {part} make {whole}.",
        ],
        forward: Wordings(
          ["How many {part} are in {whole}?", "How many {part} make {whole}?", "{whole} has how many {part}?"],
          near: ["To fill {whole}, what number of {part} is needed?", "Split {whole} into {part}: what is the count?"]))
    ])
}

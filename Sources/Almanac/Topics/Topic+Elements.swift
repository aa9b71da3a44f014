// The chemical elements: symbols, atomic numbers, families.

extension Topic {
  static let elements = Topic(
    "elements", table: "elements",
    [
      Relation(
        "element", "symbol",
        statements: [
          "The symbol of {element} is {symbol}.", "{symbol} is the symbol of {element}.",
          "The element {element} is written {symbol}.",
        ],
        forward: Wordings(
          [
            "What is the symbol of {element}?", "Which symbol stands for the element {element}?",
            "How is the element {element} written?",
          ],
          near: ["In a chemical formula, how does {element} appear?", "Chemists abbreviate {element} as what?"]),
        backward: Wordings(
          [
            "Which element has the symbol {symbol}?", "{symbol} is the symbol of which element?",
            "Which element is written {symbol}?",
          ],
          near: ["In a chemical formula, what does {symbol} mean?", "Chemists abbreviate what as {symbol}?"])),
      Relation(
        "element", "number", rivals: .nearest(within: 10),
        statements: [
          "The atomic number of {element} is {number}.", "Element number {number} is {element}.",
          "{element} has the atomic number {number}.",
        ],
        forward: Wordings(
          [
            "What is the atomic number of {element}?", "Which atomic number has {element}?",
            "What number has the element {element}?",
          ],
          near: ["How many protons has an atom of {element}?", "At what place of the periodic table is {element}?"]),
        backward: Wordings(
          [
            "Which element has the atomic number {number}?", "What is element number {number}?",
            "{number} is the atomic number of which element?",
          ],
          near: ["Whose atoms have {number} protons?", "What is at place {number} of the periodic table?"])),
      Relation(
        "element", "family",
        statements: [
          "{element} is {a:family}.", "The element {element} counts as {a:family}.", "One {family} is {element}.",
        ],
        forward: Wordings(
          [
            "What kind of element is {element}?", "To which family does the element {element} belong?",
            "{element} is what kind of element?",
          ],
          near: ["How do chemists classify {element}?", "{element} is chemically akin to its kind: which kind?"]),
        backward: Wordings(
          [
            "Which of these is {a:family}?", "Which element is {a:family}?", "Which of these elements is {a:family}?",
          ],
          near: ["Which of these do chemists class as {a:family}?", "Find the {family} among these elements."])),
    ])
}

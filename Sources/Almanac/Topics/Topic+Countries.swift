// Countries and states: capitals, continents, currencies, abbreviations.

extension Topic {
  static let capitals = Topic(
    "capitals", table: "countries",
    [
      Relation(
        "country", "capital", rivals: .any(alike: "continent"),
        statements: [
          "The capital of {country} is {capital}.", "{capital} is the capital of {country}.",
          "{country} has the capital {capital}.",
        ],
        forward: Wordings(
          [
            "What is the capital of {country}?", "Which city is the capital of {country}?",
            "{country} has which capital?",
          ],
          near: [
            "On a map of {country}, which city bears the star?", "Name the capital city that belongs to {country}.",
          ]),
        backward: Wordings(
          [
            "{capital} is the capital of which country?", "Which country has the capital {capital}?",
            "Of which country is {capital} the capital?",
          ],
          near: [
            "On a map, the star at {capital} marks the first city of what?",
            "Name the land whose capital city is {capital}.",
          ]))
    ])

  static let continents = Topic(
    "continents", table: "countries",
    [
      Relation(
        "country", "continent",
        statements: [
          "{country} is in {continent}.", "{country} is a country of {continent}.",
          "One of the countries in {continent} is {country}.",
        ],
        forward: Wordings(
          [
            "In which part of the world is {country}?", "Where in the world is {country}?",
            "To which part of the world does {country} belong?",
          ],
          near: ["A traveller to {country} goes to which region?", "On a globe, where do you look for {country}?"]),
        backward: Wordings(
          [
            "Which of these countries is in {continent}?", "Which country belongs to {continent}?",
            "Which of these is a country of {continent}?",
          ],
          near: [
            "Which of these would you visit on a tour of {continent}?", "A map of {continent} shows which of these?",
          ]))
    ])

  static let currencies = Topic(
    "currencies", table: "countries",
    [
      Relation(
        "country", "currency", rivals: .any(alike: "continent"),
        statements: [
          "The currency of {country} is the {currency}.", "People in {country} pay with the {currency}.",
          "The {currency} is the money of {country}.",
        ],
        forward: Wordings(
          [
            "What is the currency of {country}?", "With which currency do people in {country} pay?",
            "Which money is used in {country}?",
          ],
          near: ["What do banknotes in {country} say?", "A shop in {country} states its prices in what?"]),
        backward: Wordings(
          [
            "Which country uses the {currency}?", "The {currency} is the currency of which country?",
            "In which country do people pay with the {currency}?",
          ],
          near: [
            "Where do you need the {currency} in your purse?", "In which place are wages counted in the {currency}?",
          ]))
    ])

  static let states = Topic(
    "states", table: "states",
    [
      Relation(
        "state", "capital",
        statements: [
          "The state capital of {state} is {capital}.", "{capital} is the capital of the US state of {state}.",
          "The US state of {state} has the capital {capital}.",
        ],
        forward: Wordings(
          [
            "What is the state capital of {state}?", "Which city is the capital of the US state of {state}?",
            "The US state of {state} has which capital?",
          ],
          near: [
            "In which city does the governor of {state} work?",
            "Where do the lawmakers of the US state of {state} meet?",
          ]),
        backward: Wordings(
          [
            "{capital} is the capital of which US state?", "Which US state has the capital {capital}?",
            "Of which US state is {capital} the capital?",
          ],
          near: [
            "Which US state is governed from {capital}?", "Which governor works in {capital}: that of which US state?",
          ])),
      Relation(
        "state", "abbreviation",
        statements: [
          "The abbreviation of {state} is {abbreviation}.", "{abbreviation} stands for the US state of {state}.",
          "The US state of {state} is written {abbreviation}.",
        ],
        forward: Wordings(
          [
            "What is the abbreviation of {state}?", "How is the US state of {state} abbreviated?",
            "Which two letters stand for the US state of {state}?",
          ],
          near: [
            "A letter to {state} bears which two letters?", "What is the postal code for the US state of {state}?",
          ]),
        backward: Wordings(
          [
            "{abbreviation} stands for which US state?", "Which US state is abbreviated {abbreviation}?",
            "Which US state is written {abbreviation}?",
          ],
          near: [
            "A letter marked {abbreviation} goes to which US state?",
            "{abbreviation} is the postal code of which US state?",
          ])),
    ])
}

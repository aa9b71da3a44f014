// Weekdays, months and leap years.

extension Topic {
  static let weekdays = Topic(
    "calendar", table: "weekdays",
    [
      Relation(
        "step", "day",
        statements: ["{step} is {day}.", "{day} is {step}.", "The day {step} is {day}."],
        forward: Wordings(
          ["Which day is {step}?", "What day of the week is {step}?", "{step} is which day?"],
          near: ["Somebody comes back {step}. On which day?", "A parcel takes until {step}. When is it there?"]))
    ])

  static let monthSteps = Topic(
    "calendar", table: "month steps",
    [
      Relation(
        "step", "month",
        statements: ["{step} is {month}.", "{month} is {step}.", "The month {step} is {month}."],
        forward: Wordings(
          ["Which month is {step}?", "{step} is which month?", "What is the month {step}?"],
          near: ["A lease ends {step}. In which month?", "The harvest is due {step}. When is that?"]))
    ])

  static let months = Topic(
    "calendar", table: "months",
    [
      Relation(
        "month", "number", rivals: .nearest(within: 8),
        statements: [
          "{month} is month number {number}.", "Month number {number} is {month}.", "{month} has the number {number}.",
        ],
        forward: Wordings(
          [
            "What number has the month {month}?", "Which number is the month {month}?", "{month} is month number what?",
          ],
          near: [
            "On a form, which figure stands for {month}?",
            "Counting from New Year, at which count do you reach {month}?",
          ]),
        backward: Wordings(
          [
            "Which is month number {number}?", "Which month has the number {number}?",
            "Month number {number} is which month?",
          ],
          near: ["On a form, {number} stands for which month?", "Which page of a wall calendar is page {number}?"])),
      Relation(
        "month", "days",
        statements: [
          "{month} has {days} days.", "There are {days} days in {month}.", "The month {month} is {days} days long.",
        ],
        backward: Wordings(
          [
            "Which of these months has {days} days?", "Which month is {days} days long?",
            "Which month has {days} days?",
          ],
          near: ["The last day of which month is day {days}?", "Which page of a wall calendar shows {days} boxes?"])),
    ])

  static let years = Topic(
    "calendar", table: "years",
    [
      Relation(
        "year", "kind",
        statements: ["{year} is {a:kind}.", "The year {year} is {a:kind}.", "One {kind} is {year}."],
        backward: Wordings(
          ["Which of these is {a:kind}?", "Which year is {a:kind}?", "Which of these years is {a:kind}?"],
          near: ["Find the {kind}.", "Which of these is, by its number of days, {a:kind}?"]))
    ])
}

// How a table becomes questions and statements: a topic is a list of relations between two columns, each with its
// wordings. `{column}` is replaced by a row's value, `{a:column}` by the value with its article.

/// The wordings of a question: some for the training and test questions, others for the near shift.
package struct Wordings: Sendable {
  /// Wordings of train, test and the pretraining text; at least three.
  package let asked: [String]
  /// Wordings that occur only in the near shift; at least two.
  package let near: [String]

  /// Far topics need no wordings in `near`.
  package init(_ asked: [String], near: [String] = []) { (self.asked, self.near) = (asked, near) }
}

/// Two columns of a table, with all their statements and questions.
package struct Relation: Sendable {
  /// Which wrong values may be among the choices.
  package enum Rivals: Sendable, Equatable {
    /// Any value of the column; only from rows with the same value of `alike` if there are three of these.
    case any(alike: String? = nil)
    /// One of the `within` nearest numbers.
    case nearest(within: Int)
  }

  /// The column that statements start from.
  package let key: String
  /// The column that statements end with.
  package let value: String
  /// Which wrong values may be among the choices.
  package let rivals: Rivals
  /// The statements of the fact in the pretraining text; none for a far topic.
  package let statements: [String]
  /// Questions that give the key and ask for the value.
  package let forward: Wordings?
  /// Questions that give the value and ask for the key.
  package let backward: Wordings?

  /// A relation asked in at least one direction.
  package init(
    _ key: String, _ value: String, rivals: Rivals = .any(), statements: [String] = [], forward: Wordings? = nil,
    backward: Wordings? = nil
  ) {
    (self.key, self.value, self.rivals, self.statements) = (key, value, rivals, statements)
    (self.forward, self.backward) = (forward, backward)
  }

  /// The directions in which the relation is asked.
  var directions: [Direction] { (forward == nil ? [] : [.forward]) + (backward == nil ? [] : [.backward]) }

  /// The wordings of `direction`, which must be one of `directions`.
  func wordings(_ direction: Direction) -> Wordings {
    guard let wordings = direction == .forward ? forward : backward else {
      preconditionFailure("\(key) and \(value) are not asked \(direction)")
    }
    return wordings
  }
}

/// Which of a relation's two columns is given; the other is asked for.
package enum Direction: Sendable {
  /// The key is given.
  case forward
  /// The value is given.
  case backward
}

/// A subject of questions: a table and what is asked about it.
package struct Topic: Sendable {
  /// Its name in the question files.
  package let name: String
  /// The name of its table.
  package let table: String
  /// Whether training never asks about the topic and the pretraining text does not mention it.
  package let isFar: Bool
  /// The relations that are asked.
  package let relations: [Relation]

  package init(_ name: String, table: String, isFar: Bool = false, _ relations: [Relation]) {
    (self.name, self.table, self.isFar, self.relations) = (name, table, isFar, relations)
  }
}

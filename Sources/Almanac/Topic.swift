// How a table becomes questions and statements, declaratively: a topic is a list of relations between two columns, and a
// relation brings its wordings. `{column}` stands for a row's value, `{a:column}` for the value with its article.

/// What is asked, in wordings for the training and test questions and in other wordings for the near shift.
package struct Wordings: Sendable {
  /// Wordings of train, test and the pretraining text; at least three.
  package let asked: [String]
  /// Wordings that occur in the near shift and nowhere else; two or more.
  package let near: [String]

  /// Wordings of a topic that the base knows; far topics need no others.
  package init(_ asked: [String], near: [String] = []) { (self.asked, self.near) = (asked, near) }
}

/// Two columns of a table, and all that is said and asked about them.
package struct Relation: Sendable {
  /// Which of the values that are wrong are offered.
  package enum Rivals: Sendable, Equatable {
    /// Any value of the column, but of rows that share the value of `alike` where there are three.
    case any(alike: String? = nil)
    /// One of the `within` nearest numbers.
    case nearest(within: Int)
  }

  /// The column that statements start from.
  package let key: String
  /// The column that they end in.
  package let value: String
  /// Which wrong answers stand beside the right one.
  package let rivals: Rivals
  /// How the pretraining text states the fact; none for a far topic.
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

  /// The ways in which the relation is asked.
  var directions: [Direction] { (forward == nil ? [] : [.forward]) + (backward == nil ? [] : [.backward]) }

  /// The wordings of a direction that the relation has.
  func wordings(_ direction: Direction) -> Wordings {
    guard let wordings = direction == .forward ? forward : backward else {
      preconditionFailure("\(key) and \(value) are not asked \(direction)")
    }
    return wordings
  }
}

/// Which of a relation's two columns is given and which is asked for.
package enum Direction: Sendable {
  /// The key is given.
  case forward
  /// The value is given.
  case backward
}

/// A subject of questions: a table and what is asked about it.
package struct Topic: Sendable {
  /// The name that stands in the question files.
  package let name: String
  /// The name of its table.
  package let table: String
  /// Far topics are never trained on, and the pretraining text is silent about them.
  package let isFar: Bool
  /// What is asked.
  package let relations: [Relation]

  /// A topic over one table.
  package init(_ name: String, table: String, isFar: Bool = false, _ relations: [Relation]) {
    (self.name, self.table, self.isFar, self.relations) = (name, table, isFar, relations)
  }
}

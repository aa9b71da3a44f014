// The members of a JSON object, in the order of the text.

extension JSON {
  /// An object's members in order. No two names have the same bytes.
  package struct Object: Sendable, RandomAccessCollection {
    /// A member: its name and its value.
    package typealias Element = (name: String, value: JSON)

    private var members: [Element]

    /// An object without members.
    package init() { members = [] }

    /// An object with `members` in this order.
    package init(_ members: [(String, JSON)]) {
      var names = Set<Name>(minimumCapacity: members.count)
      for (name, _) in members {
        precondition(names.insert(Name(name)).inserted, "two members of one object are called \"\(name)\"")
      }
      self.members = members.map { (name: $0.0, value: $0.1) }
    }

    /// Members whose names the parser has already found distinct.
    init(distinct members: [Element]) { self.members = members }

    /// 0.
    package var startIndex: Int { 0 }
    /// The number of members.
    package var endIndex: Int { members.count }
    /// The member at `position`.
    package subscript(position: Int) -> Element { members[position] }

    /// The value of the member called `name`; setting nil removes it, setting a new one appends it.
    ///
    /// Searches the members linearly: for a vocabulary, iterate over the members once instead.
    package subscript(_ name: String) -> JSON? {
      get { members.first { Name($0.name) == Name(name) }?.value }
      set {
        let index = members.firstIndex { Name($0.name) == Name(name) }
        switch (index, newValue) {
        case (let index?, let value?): members[index].value = value
        case (let index?, nil): members.remove(at: index)
        case (nil, let value?): members.append((name: name, value: value))
        case (nil, nil): break
        }
      }
    }
  }

  /// A member's name; two names are equal if their bytes are.
  struct Name: Hashable {
    let text: String
    init(_ text: String) { self.text = text }

    static func == (left: Name, right: Name) -> Bool {
      left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
      let done: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      if done == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
  }
}

extension JSON.Object: Equatable {
  /// Whether both have the same members in the same order.
  package static func == (left: JSON.Object, right: JSON.Object) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { JSON.Name($0.name) == JSON.Name($1.name) && $0.value == $1.value }
  }
}

// Encoding, and that the parser reads the text back.
import Faults
import JSON
import Testing

@Test func encodingKeepsTheOrder() throws {
  let value: JSON = ["b": 1, "a": [true, .null, 0.5], "c": [:], "d": []]
  #expect(try value.encode() == #"{"b":1,"a":[true,null,0.5],"c":{},"d":[]}"#)
  #expect(
    try value.encode(pretty: true) == """
      {
        "b": 1,
        "a": [
          true,
          null,
          0.5
        ],
        "c": {},
        "d": []
      }
      """)
}

@Test(arguments: [
  0.1, 1, -0.0, 1e16, 1e22, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3, 2.5e-5, 123456789.125,
])
func doublesReadBackTheSame(number: Double) throws {
  let text = try JSON.number(number).encode()
  guard case .number(let read) = try JSON.parse(text, subject: "test.json") else {
    throw Fault(.data, text, "read as an integer")
  }
  #expect(read.bitPattern == number.bitPattern, "\(text)")
}

@Test func escapesAreRight() throws {
  let text = String(String.UnicodeScalarView((0..<0x80).map { Unicode.Scalar($0) })) + "é\u{2028}😀"
  let encoded = try JSON.string(text).encode()
  #expect(encoded.hasPrefix(#""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010"#))
  #expect(encoded.contains(##"\u001f !\"#"##))
  #expect(try JSON.parse(encoded, subject: "test.json") == .string(text))
}

@Test(arguments: [Double.nan, .infinity, -.infinity])
func valuesThatAreNotFiniteAreNeverWritten(number: Double) {
  let value: JSON = ["loss": [0.5, .number(number)]]
  #expect { try value.encode() } throws: { error in
    (error as? Fault)?.code == .internalError && (error as? Fault)?.subject == "loss[1]"
  }
}

@Test func objectsAreEdited() throws {
  var object = JSON.Object([("a", 1), ("b", 2)])
  object["a"] = 3
  object["c"] = 4
  object["b"] = nil
  #expect(try JSON.object(object).encode() == #"{"a":3,"c":4}"#)
}

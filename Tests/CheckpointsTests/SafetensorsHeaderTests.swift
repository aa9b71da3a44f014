// Headers that the format forbids, each rejected with a specific message, and unusual ones that it allows.
import Checkpoints
import Faults
import Testing

struct Malformed: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let message: String

  init(_ name: String, _ bytes: [UInt8], _ message: String) {
    (testDescription, self.bytes, self.message) = (name, bytes, message)
  }

  /// One tensor `x` with these members, and four bytes of data.
  init(_ name: String, x: String, _ message: String) {
    self.init(name, safetensors(#"{"x":{\#(x)}}"#, [0, 0, 0, 0]), message)
  }
}

private let f32 = #""dtype":"F32","shape":[1],"data_offsets":"#

private let malformed: [Malformed] = [
  .init("an empty file", [], "has 0 bytes"),
  .init("seven bytes", [2, 0, 0, 0, 0, 0, 0], "has 7 bytes"),
  .init("no header", safetensors(""), "does not begin with {"),
  .init("a header beyond the file", [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], "a header of 3 bytes in a file of 10"),
  .init("a header of 100,000,001 bytes", [1, 0xE1, 0xF5, 5, 0, 0, 0, 0, 0x7B], "more than 100000000"),
  .init("a header of 2^64 - 1 bytes", [UInt8](repeating: 255, count: 16), "more than 100000000"),
  .init("a blank first", safetensors(" {}"), "does not begin with {"),
  .init("a byte order mark", safetensors([0xEF, 0xBB, 0xBF, 0x7B, 0x7D]), "does not begin with {"),
  .init("an array", safetensors("[]"), "does not begin with {"),
  .init("null", safetensors("null"), "does not begin with {"),
  .init("a cut object", safetensors(#"{"x":{"#), "header"),
  .init("text after the object", safetensors("{} x"), "header"),
  .init("NUL as padding", safetensors([0x7B, 0x7D, 0]), "header"),
  .init("a second object", safetensors("{}{}"), "header"),
  .init("bytes that are not UTF-8", safetensors([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]), "header"),
  .init("deep nesting", safetensors(#"{"x":"# + String(repeating: "[", count: 100_000)), "header"),
  .init(
    "a name twice", safetensors(#"{"x":{\#(f32)[0,4]},"x":{\#(f32)[4,8]}}"#, .init(repeating: 0, count: 8)), "\"x\""),
  .init(
    "a name in two spellings",
    safetensors("{\"\u{E9}\":{\(f32)[0,4]},\"e\u{301}\":{\(f32)[4,8]}}", .init(repeating: 0, count: 8)), "two spellings"
  ),
  .init("a tensor that is a number", safetensors(#"{"x":1}"#), "x: found the number 1, expected an object"),
  .init("no type", x: #""shape":[1],"data_offsets":[0,4]"#, "x.dtype: missing"),
  .init("no shape", x: #""dtype":"F32","data_offsets":[0,4]"#, "x.shape: missing"),
  .init("no offsets", x: #""dtype":"F32","shape":[1]"#, "x.data_offsets: missing"),
  .init("an unknown member", x: f32 + #"[0,4],"scale":2"#, "unknown member \"scale\""),
  .init("a member twice", x: #""dtype":"I32",\#(f32)[0,4]"#, "dtype"),
  .init("an unknown type", x: #""dtype":"F31","shape":[1],"data_offsets":[0,4]"#, "unknown type \"F31\""),
  .init("a type in small letters", x: #""dtype":"f32","shape":[1],"data_offsets":[0,4]"#, "unknown type \"f32\""),
  .init("a type that is a number", x: #""dtype":32,"shape":[1],"data_offsets":[0,4]"#, "expected a string"),
  .init(
    "a negative size", x: #""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#, "x.shape[0]: -1 is too large or negative"
  ),
  .init("two negative sizes", x: #""dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]"#, "-1 is too large or negative"),
  .init("a fraction as a size", x: #""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#, "expected an integer"),
  .init("a text as a size", x: #""dtype":"F32","shape":["1"],"data_offsets":[0,4]"#, "expected an integer"),
  .init("a shape that is a number", x: #""dtype":"F32","shape":1,"data_offsets":[0,4]"#, "expected an array"),
  .init(
    "sizes whose product wraps to 1", x: #""dtype":"F32","shape":[4611686018427387905,1],"data_offsets":[0,4]"#,
    "too large"),
  .init(
    "sizes that overflow before a 0", x: #""dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]"#,
    "too large"),
  .init(
    "a size beyond 64 bits", x: #""dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]"#, "an integer"),
  .init("one offset", x: f32 + "[4]", "1 numbers, expected 2"),
  .init("three offsets", x: f32 + "[0,4,8]", "3 numbers, expected 2"),
  .init("no list of offsets", x: f32 + "null", "expected an array"),
  .init("offsets in reverse", x: f32 + "[4,0]", "4 to 0 is not a range"),
  .init("a negative offset", x: f32 + "[-4,0]", "-4 to 0 is not a range"),
  .init("an offset with an exponent", x: f32 + "[0,4e0]", "expected an integer"),
  .init("offsets beyond the file", x: f32 + "[4,8]", "expected 0: leaves a gap"),
  .init("more bytes than the shape takes", x: f32 + "[0,3]", "takes 32 bits, data_offsets give 3 bytes"),
  .init("half a byte", x: #""dtype":"F4","shape":[7],"data_offsets":[0,4]"#, "takes 28 bits"),
  .init(
    "bytes after the last tensor", safetensors(#"{"x":{\#(f32)[0,4]}}"#, .init(repeating: 0, count: 5)), "has 5 after"
  ),
  .init("bytes and no tensor", safetensors("{}", [0]), "the tensors take 0 bytes, the file has 1"),
  .init("a file cut short", safetensors(#"{"x":{\#(f32)[0,4]}}"#, [0, 0, 0]), "the file has 3"),
  .init(
    "a hole between tensors", safetensors(#"{"x":{\#(f32)[0,4]},"y":{\#(f32)[5,9]}}"#, .init(repeating: 0, count: 9)),
    "begins at byte 5, expected 4: leaves a gap"),
  .init(
    "overlapping tensors", safetensors(#"{"x":{\#(f32)[0,4]},"y":{\#(f32)[2,6]}}"#, .init(repeating: 0, count: 6)),
    "begins at byte 2, expected 4: overlaps"),
  .init(
    "the same bytes twice", safetensors(#"{"x":{\#(f32)[0,4]},"y":{\#(f32)[0,4]}}"#, .init(repeating: 0, count: 4)),
    "overlaps another tensor"),
  .init("metadata that is a text", safetensors(#"{"__metadata__":"pt"}"#), "__metadata__: found a string"),
  .init(
    "metadata with a number", safetensors(#"{"__metadata__":{"step":1}}"#), "__metadata__.step: found the number 1"),
]

@Test(arguments: malformed)
func aMalformedHeaderIsRejected(_ file: Malformed) throws {
  let fault = fault { try withFile(file.bytes) { _ in } }
  #expect(fault?.code == .data)
  #expect(fault?.subject.contains("model.safetensors") == true)
  #expect(fault?.description.contains(file.message) == true, "\(fault?.description ?? "-")")
}

private let zeros = [UInt8](repeating: 0, count: 8)

@Test(arguments: [
  ("no tensor", safetensors("{}"), []),
  ("spaces after the header", safetensors("{}      "), []),
  ("line ends within the header", safetensors("{\n \"x\" : {\(f32)[0,4]}\n}\n", [0, 0, 0, 0]), ["x"]),
  ("metadata alone", safetensors(#"{"__metadata__":{"format":"pt","a":""}}"#), []),
  ("a single number", safetensors(#"{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, [0, 0, 0, 0]), ["x"]),
  ("a tensor without numbers", safetensors(#"{"x":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]}}"#), ["x"]),
  (
    "a tensor without numbers between two others",
    safetensors(#"{"c":{\#(f32)[4,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"a":{\#(f32)[0,4]}}"#, zeros),
    ["a", "b", "c"]
  ),
  ("tensors out of order", safetensors(#"{"b":{\#(f32)[4,8]},"a":{\#(f32)[0,4]}}"#, zeros), ["a", "b"]),
  ("an empty name", safetensors(#"{"":{\#(f32)[0,4]}}"#, [0, 0, 0, 0]), [""]),
  ("a name like a path", safetensors(#"{"../../x":{\#(f32)[0,4]}}"#, [0, 0, 0, 0]), ["../../x"]),
  ("an escaped name", safetensors(#"{"\u0041\ud83d\ude00":{\#(f32)[0,4]}}"#, [0, 0, 0, 0]), ["A😀"]),
  ("whole numbers", safetensors(#"{"x":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]}}"#, zeros), ["x"]),
  ("four bits a number", safetensors(#"{"x":{"dtype":"F4","shape":[2,8],"data_offsets":[0,8]}}"#, zeros), ["x"]),
  ("a NaN that is never read", safetensors(#"{"x":{\#(f32)[0,4]}}"#, [0, 0, 0xC0, 0x7F]), ["x"]),
])
func anUnusualHeaderIsRead(_ name: String, _ bytes: [UInt8], _ names: [String]) throws {
  try withFile(bytes) { #expect($0.entries.map(\.name) == names) }
}

@Test func theHeaderIsKept() throws {
  let header =
    #"{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[4,8]},"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}"#
  try withFile(safetensors(header, zeros)) { file in
    #expect(file.metadata == ["format": "pt"])
    let (a, b) = (try #require(file["a"]), try #require(file["b"]))
    #expect(a.type == "I32" && a.shape == [] && a.bytes == 0..<4 && a.count == 1 && a.format == nil)
    #expect(b.type == "BF16" && b.shape == [2, 1] && b.bytes == 4..<8 && b.count == 2 && b.format == .bfloat16)
    #expect(file["c"] == nil)
  }
}

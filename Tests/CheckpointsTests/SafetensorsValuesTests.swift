// The values in a safetensors file: exact when read, rounded to nearest when written, never NaN.
import Checkpoints
import Faults
import Files
import TestSupport
import Testing

/// All patterns of a 16-bit format with their values, by the definition of that format.
private func patterns(exponentBits: Int, fractionBits: Int) -> [(bits: UInt16, value: Float)] {
  let bias = 1 << (exponentBits - 1) - 1
  return (0...UInt16.max).compactMap { bits in
    let exponent = Int(bits >> UInt16(fractionBits)) & (1 << exponentBits - 1)
    let fraction = Double(bits & (1 << UInt16(fractionBits) - 1)) / Double(1 << fractionBits)
    if exponent == 1 << exponentBits - 1 { return nil }
    let magnitude =
      exponent == 0
      ? Double(sign: .plus, exponent: 1 - bias, significand: fraction)
      : Double(sign: .plus, exponent: exponent - bias, significand: 1 + fraction)
    return (bits, Float(bits >> 15 == 1 ? -magnitude : magnitude))
  }
}

private func bytes(_ words: [UInt16]) -> [UInt8] { words.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }

@Test(arguments: [(FloatFormat.bfloat16, 8, 7), (.float16, 5, 10)])
func shortFormatsAreWidenedExactly(format: FloatFormat, exponentBits: Int, fractionBits: Int) throws {
  let all = patterns(exponentBits: exponentBits, fractionBits: fractionBits)
  let header = #"{"x":{"dtype":"\#(format.rawValue)","shape":[\#(all.count)],"data_offsets":[0,\#(2 * all.count)]}}"#
  let read = try withFile(safetensors(header, bytes(all.map(\.bits)))) { try $0.values("x") }
  #expect(zip(read, all).allSatisfy { $0.bitPattern == $1.value.bitPattern })
  #expect(read.count == all.count)
}

@Test(arguments: [(FloatFormat.bfloat16, 8, 7), (.float16, 5, 10)])
func shortFormatsAreRoundedToNearest(format: FloatFormat, exponentBits: Int, fractionBits: Int) throws {
  let all = patterns(exponentBits: exponentBits, fractionBits: fractionBits).filter { $0.bits < 0x8000 }
  // Each value itself; the midpoint to the next one, which rounds to even; and just beside the midpoint.
  let neighbours = zip(all, all.dropFirst())
  let middles = neighbours.map { Float((Double($0.value) + Double($1.value)) / 2) }
  let numbers = all.map(\.value) + middles + middles.map(\.nextDown) + middles.map(\.nextUp) + middles.map { -$0 }
  let expected =
    all.map(\.value) + neighbours.map { $0.bits % 2 == 0 ? $0.value : $1.value } + neighbours.map(\.0.value)
    + neighbours.map(\.1.value) + neighbours.map { -($0.bits % 2 == 0 ? $0.value : $1.value) }
  try withTemporaryFolder { folder in
    let path = folder + "/x.safetensors"
    try SafetensorsFile.write(to: path, tensors: [("x", [numbers.count])], format: format) { _ in numbers }
    let read = try SafetensorsFile(mapping: path).values("x")
    #expect(zip(read, expected).allSatisfy { $0.bitPattern == $1.bitPattern })
  }
}

@Test func float32IsReadFromAnyOffset() throws {
  let numbers: [Float] = [1, -0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1]
  let data = numbers.withUnsafeBytes { Array($0) }
  for padding in 0..<8 {
    let header = #"{"x":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}"# + String(repeating: " ", count: padding)
    let read = try withFile(safetensors(header, data)) { try $0.values("x") }
    #expect(read.map(\.bitPattern) == numbers.map(\.bitPattern))
  }
}

@Test(arguments: [
  (FloatFormat.float32, [0, 0, 0x80, 0x7F] as [UInt8], "inf"), (.float32, [0, 0, 0x80, 0xFF], "-inf"),
  (.float32, [1, 0, 0x80, 0x7F], "NaN"), (.float32, [0, 0, 0xC0, 0xFF], "NaN"), (.bfloat16, [0x80, 0x7F], "inf"),
  (.bfloat16, [0xC0, 0x7F], "NaN"), (.float16, [0, 0x7C], "inf"), (.float16, [1, 0xFE], "NaN"),
])
func aValueThatIsNotFiniteIsRejectedWithItsIndex(format: FloatFormat, number: [UInt8], text: String) throws {
  let zero = [UInt8](repeating: 0, count: format.width)
  let header = #"{"w":{"dtype":"\#(format.rawValue)","shape":[2,3],"data_offsets":[0,\#(6 * format.width)]}}"#
  try withFile(safetensors(header, zero + zero + zero + zero + zero + number)) { file in
    let fault = fault { _ = try file.values("w") }
    #expect(fault?.code == .data)
    #expect(fault?.message.contains("tensor \"w\" has \(text)") == true, "\(fault?.message ?? "-")")
    #expect(fault?.message.hasSuffix("at [1, 2]") == true, "\(fault?.message ?? "-")")
  }
}

@Test func otherTypesAreRejectedOnlyWhenRead() throws {
  let header = #"{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
  try withFile(safetensors(header, .init(repeating: 0, count: 8))) { file in
    #expect(fault { _ = try file.values("x") }?.message == "tensor \"x\" is stored as I64, expected F32, F16 or BF16")
    #expect(fault { _ = try file.values("y") }?.message == "there is no tensor \"y\"")
  }
}

@Test func filesOfOtherWritersAreReproduced() throws {
  for name in ["llama/model", "llama/adapter/adapter_model", "bert/model", "qwen2/model"] {
    let path = reference(name + ".safetensors")
    let file = try SafetensorsFile(mapping: path)
    try withTemporaryFolder { folder in
      let tensors = file.entries.map { ($0.name, $0.shape) }
      try SafetensorsFile.write(to: folder + "/copy", tensors: tensors) { try file.values($0) }
      #expect(try readBytes(folder + "/copy") == readBytes(path), "\(name)")
    }
  }
}

@Test func theHeaderOfAWrittenFileIsAligned() throws {
  try withTemporaryFolder { folder in
    for length in 1...16 {
      let name = String(repeating: "n", count: length)
      try SafetensorsFile.write(to: folder + "/x", tensors: [(name, [1])]) { _ in [1] }
      #expect(try readBytes(folder + "/x")[0] % 8 == 0)
      #expect(try SafetensorsFile(mapping: folder + "/x").values(name) == [1])
    }
  }
}

@Test(arguments: [(FloatFormat.float32, Float.nan), (.float32, .infinity), (.bfloat16, 3.4e38), (.float16, 65_520)])
func aValueThatWouldNotBeFiniteIsNeverWritten(format: FloatFormat, number: Float) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/x.safetensors"
    let fault = fault {
      try SafetensorsFile.write(to: path, tensors: [("w", [2, 2])], format: format) { _ in [0, 0, number, 0] }
    }
    #expect(fault?.code == .internalError)
    #expect(fault?.message.contains("at [1, 0]") == true, "\(fault?.message ?? "-")")
    #expect(throws: Fault.self) { try readBytes(path) }
  }
}

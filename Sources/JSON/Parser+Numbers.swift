// Parsing numbers: integers that fit into an Int stay exact, everything else becomes the nearest Double.
import Faults

extension Parser {
  mutating func number() throws(Fault) -> JSON {
    let start = index
    let isNegative = current == UInt8(ascii: "-")
    if isNegative {
      if start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "I") { throw faultOfNoValue() }
      index += 1
    }
    // Accumulated as a negative number, since -2^63 is an Int and 2^63 is not.
    var whole = 0
    var overflowed = false
    let firstDigit = index
    while let digit = digit() {
      let (tens, first) = whole.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.subtractingReportingOverflow(digit)
      overflowed = overflowed || first || second
      whole = sum
    }
    if index == firstDigit { throw fault("expected a digit, found \(found)") }
    if bytes[firstDigit] == UInt8(ascii: "0") && index > firstDigit + 1 {
      throw fault("a number has a leading 0", at: firstDigit)
    }
    let isWhole = try !fractionAndExponent()
    if isWhole && !overflowed && !(isNegative && whole == 0) {
      if isNegative { return .integer(whole) }
      if whole != Int.min { return .integer(-whole) }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard let double = Double(text), double.isFinite else {
      throw fault("\(text) does not fit into a Double", at: start)
    }
    return .number(double)
  }

  /// Steps over `.5`, `e-5` or both, and returns whether there was either.
  private mutating func fractionAndExponent() throws(Fault) -> Bool {
    let start = index
    if current == UInt8(ascii: ".") {
      index += 1
      if digit() == nil { throw fault("expected a digit after \".\", found \(found)") }
      while digit() != nil {}
    }
    if current | 0x20 == UInt8(ascii: "e") {
      index += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
      if digit() == nil { throw fault("expected a digit in the exponent, found \(found)") }
      while digit() != nil {}
    }
    return index > start
  }

  private mutating func digit() -> Int? {
    let value = current &- UInt8(ascii: "0")
    guard value < 10 else { return nil }
    index += 1
    return Int(value)
  }
}

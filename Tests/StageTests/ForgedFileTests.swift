// Files with a valid checksum and changed bytes. The stages trust their files like programs, but a user must get
// a message and an exit code, not a signal or a stage that never ends.
import Files
import Foundation
import TestSupport
import Testing

@Suite struct ForgedFiles {
  /// Changes one to four bytes, most of them near the start of the library's structures, and seals the file again.
  private func forged(_ bytes: [UInt8], heads: [Int], schema: String, version: Int, _ draw: (Int) -> Int) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<[1, 1, 1, 2, 4][draw(5)] {
      let place = draw(8) > 0 ? heads[draw(heads.count)] + draw(160) : 512 + draw(bytes.count - 512)
      switch draw(5) {
      case 0, 1: bytes[min(place, bytes.count - 1)] ^= 1 << UInt8(draw(8))
      case 2: bytes[min(place, bytes.count - 1)] = [0, 1, 127, 128, 255][draw(5)]
      default:
        let fill = [0, 255][draw(2)] as UInt8
        for byte in place..<min(place + [2, 4, 8][draw(3)], bytes.count) { bytes[byte] = fill }
      }
    }
    return sealed(bytes, schema: schema, version: version)
  }

  /// The offsets at which the library's structures begin.
  private func heads(_ bytes: [UInt8]) -> [Int] {
    let signatures = ["OHDR", "FRHP", "FHDB", "BTHD", "BTLF", "GCOL", "FAHD", "FADB"].map { Array($0.utf8) }
    return [512] + bytes.indices.filter { place in signatures.contains { bytes[place...].starts(with: $0) } }
  }

  @Test func forgedFilesEndWithAMessage() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let moments = try shop.collect("moments.h5", from: adapter)
      _ = try shop.predict("predictions.h5", "point", [adapter])
      let file = shop.path("forged.h5")
      let output = ["--quiet", "--output", shop.path("output.h5")]
      let commands: [(file: String, stage: String, words: [String])] = [
        (shop.tokens, "sample-posterior", ["--base", shop.base, "--tokens", file, "--method", "base"] + output),
        (shop.path("predictions.h5"), "evaluate", ["--predictions", file, "--bootstrap", "10"] + output),
        (moments, "show", [file]), (shop.base, "show", [file]), (adapter, "show", [file]),
      ]
      var state: UInt64 = 11
      func draw(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
      }
      for (source, stage, words) in commands {
        let bytes = try readBytes(source)
        let first = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self).split(separator: " ")
        let (schema, version, heads) = (String(first[1]), Int(first[2])!, heads(bytes))
        try #require(sealed(bytes, schema: schema, version: version) == bytes)
        for number in 0..<24 * torture {
          let forgery = forged(bytes, heads: heads, schema: schema, version: version, draw)
          try AtomicFile.write(forgery, to: file)
          let run = try RunningProgram(stage, words)
          let hasEnded = run.wait(atMost: 60) { $0.hasEnded }
          if !hasEnded { run.send(SIGKILL) }
          let code = run.exitCode()
          #expect(hasEnded && code < 128, "\(stage), file \(number): \(code), \(run.errors)")
          #expect(code == 0 || run.errors.hasPrefix("\(stage): error: "), "\(run.errors)")
        }
      }
    }
  }
}

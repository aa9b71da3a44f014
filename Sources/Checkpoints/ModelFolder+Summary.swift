// What a model folder is, in the words of a log and of provenance.
import Faults
import Files
import Foundation
import Transformers

extension ModelFolder {
  /// One line for scripts, from config.json alone: `encoder` or `decoder`, and the number of blocks, as in `decoder 4`.
  ///
  /// Throws what `init` throws for a folder without a config.json and for settings that the network cannot compute.
  package static func outline(of path: String) throws -> String {
    let architecture = try configuration(of: path).architecture
    return "\(architecture.isDecoder ? "decoder" : "encoder") \(architecture.layers)"
  }

  /// One line: `101 tensors, 22.6 M numbers, 2 not used: pooler.dense.bias, pooler.dense.weight`.
  package var summary: String {
    let count = architecture.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let numbers = count < 100_000 ? "\(count)" : String(format: "%.1f M", Double(count) / 1e6)
    let unused = unusedTensors.isEmpty ? "all used" : "\(unusedTensors.count) not used: " + list(unusedTensors)
    return "\(tensorNames.count) tensors, \(numbers) numbers, \(unused)"
  }

  /// [byte] What each tensor takes on its way into base.h5, and there.
  package func tensorBytes(store: MatrixStorage) -> [Int] {
    tensorNames.map { name in
      let stored = head?.stored(name)
      let entry = stored.flatMap { names.files[$0] } ?? names.entry(name)
      if store == .int8, linearWeights.contains(name) { return entry.shape.reduce(1, *) }
      let isHalf = stored == nil && entry.format == .bfloat16 && entry.shape.count == 2
      return entry.shape.reduce(1, *) * (isHalf ? MemoryLayout<UInt16>.stride : MemoryLayout<Float>.stride)
    }
  }

  /// A line about the head that is kept, or nil where none is.
  package var headSummary: String? {
    guard let head else { return nil }
    guard !head.names.isEmpty else {
      return "no head kept: there is no \(architecture.classificationHead?.dense ?? "dense layer")"
    }
    return head.labels.isEmpty ? "head kept: dense layer" : "head kept: \(head.labels.joined(separator: ", "))"
  }

  /// A line about the numbers that config.json does not give, or nil where it gives all.
  package var remark: String? {
    guard !assumedSettings.isEmpty else { return nil }
    return "\(path)/config.json: not given, and taken as transformers takes them: \(list(assumedSettings))"
  }

  /// A warning about the members of config.json that are not known here, or nil if there are none.
  package var warning: String? {
    guard !unknownSettings.isEmpty else { return nil }
    return "\(path)/config.json: settings without a known meaning, and without effect here: \(list(unknownSettings))"
  }

  /// SHA-256 of each file that was read, the tokenizer's included where there is one.
  package func digests() throws -> [(path: String, digest: String)] {
    try files.map { (path: $0, digest: try SHA256.hexDigest(ofFile: $0)) } + tokenizerFiles
  }

  private func list(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
  }
}

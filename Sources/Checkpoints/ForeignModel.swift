// Models that are stored for other programs: quantized weights, other containers of weights, adapters without their base.
// None of them can be loaded. Each is recognised and named, with the folder to give instead.
import Faults
import Files
import Foundation
import JSON

/// What a path holds that is not a model folder with safetensors.
struct ForeignModel {
  private let path: String
  /// The names of the files in the folder and in its subfolder `onnx`, sorted; empty where `path` is not a folder.
  private let files: [String]

  /// Looks at the names of the files at `path`.
  init(_ path: String) {
    self.path = path
    let onnx = Self.names(in: path + "/onnx").map { "onnx/" + $0 }
    files = (Self.names(in: path) + onnx).sorted()
  }

  /// Formats of weights by the endings of their files.
  private static let formats = [
    (".gguf", "is a GGUF file, the format of llama.cpp"), (".onnx", "is an ONNX graph"),
    (".msgpack", "has the weights for Flax"), ("tf_model.h5", "has the weights for TensorFlow"),
    (".npz", "has the weights for an old version of MLX"),
  ]

  /// What is wrong with a path that has no config.json.
  var withoutConfiguration: Fault {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return Fault(.noInput, path, "there is no such folder", hint: "give a Hugging Face model folder")
    }
    guard isFolder.boolValue else { return notAFolder }
    if let fault = adapter ?? otherFormat { return fault }
    let inner = Self.folderWithConfiguration(in: path, depth: 2)
    return Fault(
      .noInput, path + "/config.json", "there is no such file",
      hint: inner.map { "give \($0), which has one" } ?? "give a Hugging Face model folder")
  }

  /// What is wrong with a folder that has a config.json, and neither safetensors nor pickles.
  var withoutWeights: Fault {
    adapter ?? otherFormat
      ?? Fault(
        .noInput, path, "has neither model.safetensors nor model.safetensors.index.json",
        hint: "give a Hugging Face model folder")
  }

  /// Throws `.data` where config.json says that the weights are quantized.
  func refuseQuantization(_ configuration: JSON.Node) throws(Fault) {
    // MLX writes the same object under both names, and without the name of a method.
    for (name, fallback) in [("quantization", "MLX"), ("quantization_config", nil)] {
      guard let member = try configuration.optional(name), member.value != [:] else { continue }
      let methods = ["awq": "AWQ", "gptq": "GPTQ"]
      let method = try member.optional("quant_method")?.string()
      let name = (method.map { methods[$0, default: $0] } ?? fallback).map { " by \($0)" } ?? ""
      let bits = try member.optional("bits").map { (bits) throws(Fault) in " to \(try bits.int()) bits" } ?? ""
      throw member.fault("weights that are quantized\(name)\(bits) are not supported", hint: hint)
    }
  }

  /// Throws `.data` where one of the tensors is packed as GPTQ and AWQ pack them. Old folders do not say so in config.json.
  func refuseQuantization(tensors: [String]) throws(Fault) {
    guard let name = tensors.first(where: { $0.hasSuffix(".qweight") }) else { return }
    throw Fault(
      .data, path, "has weights that are quantized by GPTQ or AWQ, which are not supported: \(name)", hint: hint)
  }

  /// A file where a folder is expected.
  private var notAFolder: Fault {
    if let fault = Self.format(of: path).map(fault) { return fault }
    let folder = (path as NSString).deletingLastPathComponent
    return Fault(
      .noInput, path, "is a file, expected a Hugging Face model folder",
      hint: "give its folder: \(folder.isEmpty ? "." : folder)")
  }

  private var otherFormat: Fault? { files.lazy.compactMap(Self.format).first.map(fault) }

  private func fault(_ format: (file: String, description: String)) -> Fault {
    let subject = format.file == path ? path : "\(path)/\(format.file)"
    return Fault(.data, subject, "\(format.description), and only safetensors are read", hint: hint)
  }

  private static func format(of file: String) -> (file: String, description: String)? {
    formats.first { file.hasSuffix($0.0) }.map { (file, $0.1) }
  }

  /// A folder of PEFT without the model that it adapts.
  private var adapter: Fault? {
    let name = path + "/adapter_config.json"
    guard files.contains("adapter_config.json") else { return nil }
    let base = (try? JSON.parse(try readBytes(name), subject: name))?["base_model_name_or_path"]
    let origin: String? = if case .string(let text)? = base, !text.isEmpty { text } else { nil }
    return Fault(
      .data, path, "is an adapter of PEFT without its base" + (origin.map { ", which is \($0)" } ?? ""),
      hint: "give the folder of \(origin ?? "its base"); import-adapter reads the adapter")
  }

  /// Names the folder to give instead.
  private var hint: String {
    modelCardBase.map { "give the folder of \($0), from which this one was made" }
      ?? "give the folder from which it was made, with safetensors in float32, float16 or bfloat16"
  }

  /// `base_model` in the YAML at the top of README.md, which the Hugging Face hub asks of models that are made from others.
  private var modelCardBase: String? {
    guard let text = try? String(contentsOfFile: path + "/README.md", encoding: .utf8), text.hasPrefix("---\n") else {
      return nil
    }
    let lines = text.split(separator: "\n").dropFirst().prefix { $0 != "---" }
    guard let line = lines.firstIndex(where: { $0.hasPrefix("base_model:") }) else { return nil }
    // One name, or a list whose first entry is on the next line.
    let value = lines[line].dropFirst("base_model:".count).trimmingCharacters(in: .whitespaces)
    let next = line + 1 < lines.endIndex ? lines[line + 1].trimmingCharacters(in: .whitespaces) : ""
    let name = value.isEmpty && next.hasPrefix("- ") ? String(next.dropFirst(2)) : value
    let base = name.trimmingCharacters(in: CharacterSet(charactersIn: "\"' "))
    return base.wholeMatch(of: #/[\w.\-]+/[\w.\-]+/#) == nil ? nil : base
  }

  /// The first folder in `path` with a config.json, such as `snapshots/REVISION` in the cache of the Hugging Face hub.
  private static func folderWithConfiguration(in path: String, depth: Int) -> String? {
    let folders = names(in: path).map { "\(path)/\($0)" }
    if let folder = folders.first(where: { FileManager.default.fileExists(atPath: $0 + "/config.json") }) {
      return folder
    }
    guard depth > 1 else { return nil }
    return folders.lazy.compactMap { folderWithConfiguration(in: $0, depth: depth - 1) }.first
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

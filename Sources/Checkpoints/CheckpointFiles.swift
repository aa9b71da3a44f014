// The weights of a model folder: one safetensors file, or several that an index binds together. Pickle files are never
// opened, since unpickling runs whatever program they contain.
import Faults
import Files
import Foundation
import JSON

/// All tensors of a model folder, whichever files they lie in.
struct CheckpointFiles: Sendable {
  /// The names of all tensors, file by file, in the order of their bytes.
  let names: [String]
  /// The files' paths.
  var paths: [String] { files.map(\.path) }
  private let files: [SafetensorsFile]
  private let places: [String: Int]

  /// Maps the weights in `folder`: `model.safetensors`, or else what `model.safetensors.index.json` lists.
  ///
  /// - Parameter isDecoder: whether the folder holds a decoder, for the hint on how to convert it.
  ///
  /// Throws `.noInput` where there are none, `.data` where the index and the files disagree about any tensor.
  init(folder: String, isDecoder: Bool) throws {
    let whole = folder + "/model.safetensors"
    let index = whole + ".index.json"
    if FileManager.default.fileExists(atPath: whole) {
      files = [try SafetensorsFile(mapping: whole)]
    } else if FileManager.default.fileExists(atPath: index) {
      files = try Self.shards(index: index, folder: folder)
    } else {
      throw Self.missingWeights(folder, isDecoder: isDecoder)
    }
    var (names, places) = ([String](), [String: Int]())
    for (place, file) in files.enumerated() {
      for entry in file.entries {
        guard places.updateValue(place, forKey: entry.name) == nil else {
          throw Fault(.data, file.path, "has the tensor \"\(entry.name)\", as another file of the folder has")
        }
        names.append(entry.name)
      }
    }
    (self.names, self.places) = (names, places)
  }

  /// The tensor of that name as its file describes it, or nil.
  subscript(name: String) -> SafetensorsFile.Entry? { places[name].flatMap { files[$0][name] } }

  /// The numbers of a tensor; faults as those of `SafetensorsFile.values`.
  /// - Precondition: there is a tensor of that name.
  func values(_ name: String) throws(Fault) -> [Float] {
    guard let place = places[name] else { preconditionFailure("no tensor \(name)") }
    return try files[place].values(name)
  }

  /// The numbers of a tensor as they are stored, or nil where it is not stored as BF16.
  func halves(_ name: String) -> [UInt16]? { places[name].flatMap { files[$0].halves(name) } }

  /// Whether two tensors have the same shape and, bit by bit, the same numbers.
  func areEqual(_ first: String, _ second: String) throws(Fault) -> Bool {
    guard let a = places[first], let b = places[second] else { return false }
    if a == b { return try files[a].haveSameNumbers(first, second) }
    guard self[first]?.shape == self[second]?.shape else { return false }
    let (x, y) = (try values(first), try values(second))
    return zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  private static func shards(index: String, folder: String) throws -> [SafetensorsFile] {
    let map = try JSON.parse(try readBytes(index), subject: index).node(in: index).object("weight_map")
    var listed: [String: Set<String>] = [:]
    for (tensor, node) in try map.nodes() {
      let file = try node.string()
      guard !file.contains("/"), file.hasSuffix(".safetensors") else {
        throw node.fault("\"\(file)\" is no safetensors file of this folder")
      }
      guard listed[file, default: []].insert(tensor).inserted else { throw node.fault("listed twice") }
    }
    guard !listed.isEmpty else { throw map.fault("lists no tensors") }
    return try listed.sorted { $0.key < $1.key }.map { name, tensors in
      let file = try SafetensorsFile(mapping: "\(folder)/\(name)")
      let found = Set(file.entries.map(\.name))
      if let missing = tensors.subtracting(found).min() {
        throw Fault(.data, file.path, "has no tensor \"\(missing)\", which \(index) says is there")
      }
      if let extra = found.subtracting(tensors).min() {
        throw Fault(.data, file.path, "has the tensor \"\(extra)\", which \(index) does not list there")
      }
      return file
    }
  }

  private static func missingWeights(_ folder: String, isDecoder: Bool) -> Fault {
    guard let pickle = pickledFiles(in: folder).first else { return ForeignModel(folder).withoutWeights }
    return Fault(
      .data, "\(folder)/\(pickle)", "is a pickle, which can run any program when it is opened, and is never read",
      hint: "if you trust it, convert it: \(conversion(of: folder, isDecoder: isDecoder)); "
        + "if Python reports newly initialized weights, the folder lacks a part of the model: do not use the result")
  }

  /// A shell command that writes a folder with the same weights as safetensors, and the same tokenizer. A decoder keeps its
  /// output layer only in the class for causal language models.
  private static func conversion(of folder: String, isDecoder: Bool) -> String {
    let source = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let (model, target) = (isDecoder ? "AutoModelForCausalLM" : "AutoModel", source + "-safetensors")
    let tokenizer = "\(source)/tokenizer.json"
    let hasTokenizer = FileManager.default.fileExists(atPath: tokenizer)
    let classes = hasTokenizer ? [model] : [model, "AutoTokenizer"]
    let calls = classes.map { "\($0).from_pretrained(\"\(source)\").save_pretrained(\"\(target)\")" }
    let python =
      "python3 -c 'from transformers import \(classes.joined(separator: ", ")); \(calls.joined(separator: "; "))'"
    return hasTokenizer ? "\(python) && cp \"\(source)\"/tokenizer*.json \"\(target)\"/" : python
  }

  /// The files in `folder` that Python's pickle has written, by their names.
  static func pickledFiles(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in [".bin", ".pt", ".pth", ".ckpt", ".pkl"].contains { name.hasSuffix($0) } }.sorted()
  }
}

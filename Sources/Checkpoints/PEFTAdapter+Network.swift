// A PEFT adapter on a network: its modules under the network's own names. PEFT's names depend on the class around the
// network when the adapter was saved, so what they begin with is found by comparing them with the network's.
import Artifacts
import Faults
import Transformers

/// An adapter whose modules are those of a network.
package struct FittedPEFTAdapter: Sendable {
  /// A module with an adapter.
  package struct Module: Sendable {
    /// The module.
    package let module: Architecture.LinearModule
    /// The rank of its adapter.
    package let rank: Int
    /// The numerator of its scaling.
    package let alpha: Double
  }

  /// The adapted modules, in the network's order.
  package let modules: [Module]
  /// The adapter's own settings and values; its factors have the network's names behind PEFT's prefix, and modules that
  /// were saved in full the names of the class without the network's prefix.
  package let adapter: PEFTAdapter
}

extension PEFTAdapter {
  /// The adapter on a network with these linear modules.
  ///
  /// - Parameter subject: the folder, for messages.
  /// - Throws: `Fault` of kind `.data` for a tensor that belongs to no module or has another shape than the module needs,
  ///   and for a module that the settings select but that has no tensors.
  package func fitted(to modules: [Architecture.LinearModule], subject: String) throws(Fault) -> FittedPEFTAdapter {
    let weights = subject + "/adapter_model.safetensors"
    let start = try NameStart(of: modulePaths, among: modules.map(\.name), subject: weights)
    let known = Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0) })
    var table = ParameterTable()
    for entry in parameters.entries {
      guard let factor = entry.role.factor else {
        table.append(start.removed(from: entry.module), entry.role, shape: entry.shape)
        continue
      }
      guard let module = known[start.replaced(in: path(of: entry))] else {
        throw Fault(
          .data, weights, "tensor \"\(entry.name)\" belongs to no linear module of the base's blocks",
          hint: "adapters of embeddings, poolers and output layers are not supported")
      }
      let rank = settings.rank(of: path(of: entry))
      let expected = factor == .a ? [rank, module.inputs] : [module.outputs, rank]
      guard entry.shape == expected else {
        throw Fault(
          .data, weights, "tensor \"\(entry.name)\" is \(entry.shape), expected \(expected)",
          hint: "give the base that the adapter was trained on")
      }
      table.append(Self.prefix + module.name, entry.role, shape: entry.shape)
    }
    let adapted = Set(table.entries.filter { $0.role == .factor(.a) }.map(\.module))
    for module in modules where !adapted.contains(Self.prefix + module.name) {
      guard settings.targets.words == .unspecified || !settings.adapts(start.restored(in: module.name)) else {
        throw Fault(
          .data, weights,
          "has no tensors for \(start.restored(in: module.name)), which target_modules selects",
          hint: "give the base that the adapter was trained on")
      }
    }
    let fitted = modules.filter { adapted.contains(Self.prefix + $0.name) }.map { module in
      let path = start.restored(in: module.name)
      return FittedPEFTAdapter.Module(
        module: module, rank: settings.rank(of: path), alpha: settings.alpha(of: path))
    }
    return FittedPEFTAdapter(
      modules: fitted, adapter: PEFTAdapter(settings: settings, parameters: table, values: values))
  }
}

/// What an adapter's names and the network's begin with where they are not the same: `bert.` stands before the names of
/// an adapter that was saved from a class around the network, and `model.` is missing from those of a bare network.
private struct NameStart {
  /// Before the adapter's names only.
  let added: String
  /// Before the network's names only.
  let missing: String

  /// Throws `.data` where no path of the adapter and no name of the network end alike.
  init(of paths: [String], among names: [String], subject: String) throws(Fault) {
    for path in paths {
      for name in names {
        if path == name || path.hasSuffix(".\(name)") {
          (added, missing) = (String(path.dropLast(name.count)), "")
          return
        }
        if name.hasSuffix(".\(path)") {
          (added, missing) = ("", String(name.dropLast(path.count)))
          return
        }
      }
    }
    throw Fault(
      .data, subject,
      "has adapters on modules such as \(paths.first ?? "-"), but the base's modules have names such as "
        + (names.first ?? "-"), hint: "give the base that the adapter was trained on")
  }

  func removed(from name: String) -> String { name.hasPrefix(added) ? String(name.dropFirst(added.count)) : name }

  /// The network's name for the adapter's.
  func replaced(in path: String) -> String { path.hasPrefix(added) ? missing + path.dropFirst(added.count) : path }

  /// The adapter's name for the network's.
  func restored(in name: String) -> String { added + name.dropFirst(missing.count) }
}

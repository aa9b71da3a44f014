// Names of tensors that begin with the name of something around the network. Python puts such a name in front of all
// others when a wrapper is saved and not the model in it.
import Faults
import Transformers

/// What stands before the names of the network's tensors.
struct ForeignPrefix {
  /// With its dot: `_orig_mod.`
  let prefix: String
  /// How many names begin with it, and how many there are.
  private let (count, all): (Int, Int)

  /// Wrappers that are known, with what they are and how Python gets the model out of them.
  private static let wrappers = [
    ("_orig_mod.", "it was saved while torch.compile was on it", "._orig_mod"),
    ("module.", "it was saved from DataParallel, DistributedDataParallel or FSDP", ".module"),
    ("_fsdp_wrapped_module.", "it was saved from FSDP", ".module"),
    ("base_model.model.", "it is a PEFT model that was not merged", ".merge_and_unload()"),
  ]

  /// Nil where no name ends in that of the tensor `canonical`, in one of its spellings, behind something else.
  init?(before canonical: String, _ table: TensorNames, in names: [String]) {
    // First with the prefix of transformers itself, which is not foreign.
    for spelling in table.spellings(canonical) {
      if let name = names.first(where: { $0.hasSuffix("." + spelling) }) {
        var prefix = String(name.dropLast(spelling.count))
        // The `model.` behind it is PEFT's own, before a network that was saved without the class around it.
        if prefix.hasSuffix("base_model.") { prefix += "model." }
        (self.prefix, count, all) = (prefix, names.count { $0.hasPrefix(prefix) }, names.count)
        return
      }
    }
    return nil
  }

  /// Names the prefix, its cause, and how to save the model without it.
  func fault(_ subject: String) -> Fault {
    var (rest, causes, model) = (prefix[...], [String](), "model")
    while !rest.isEmpty {
      if let (name, cause, inner) = Self.wrappers.first(where: { rest.hasPrefix($0.0) }) {
        rest = rest.dropFirst(name.count)
        causes.append(cause)
        model += inner
      } else {
        let part = rest.prefix { $0 != "." }
        rest = rest.dropFirst(part.count + 1)
        causes.append("the model is part \"\(part)\" of what was saved")
        model += Int(part) == nil ? ".\(part)" : "[\(part)]"
      }
    }
    let which = count == all ? "every tensor's name begins" : "\(count) of \(all) tensors' names begin"
    return Fault(
      .data, subject, "\(which) with \"\(prefix)\": \(causes.joined(separator: ", and "))",
      hint: "save it again from Python: \(model).save_pretrained(\"FOLDER\")")
  }
}

// Folders that were saved in a way that cannot be read, and the way to save them again.
import Checkpoints
import Faults
import Files
import Foundation
import TestSupport
import Testing
import Transformers

/// A hint that is followed to the letter keeps a decoder's output layer and the tokenizer.
@Test func theWayToConvertAPickleKeepsTheWholeModel() throws {
  for (architecture, model) in [(tinyLlama, "AutoModelForCausalLM"), (tinyBert, "AutoModel")] {
    try withModel(architecture) { path in
      try FileManager.default.moveItem(atPath: path + "/model.safetensors", toPath: path + "/pytorch_model.bin")
      let target = "\(path)-safetensors"
      let save = "\(model).from_pretrained(\"\(path)\").save_pretrained(\"\(target)\")"
      let tokenizer = "AutoTokenizer.from_pretrained(\"\(path)\").save_pretrained(\"\(target)\")"
      let bare = fault { _ = try ModelFolder(path + "/") }
      #expect(
        bare?.hint.contains("python3 -c 'from transformers import \(model), AutoTokenizer; \(save); \(tokenizer)'")
          == true, "\(bare?.hint ?? "")")
      try AtomicFile.write("{}", to: path + "/tokenizer.json")
      let whole = fault { _ = try ModelFolder(path) }
      let copy = "'from transformers import \(model); \(save)' && cp \"\(path)\"/tokenizer*.json \"\(target)\"/"
      #expect(whole?.hint.contains(copy) == true, "\(whole?.hint ?? "")")
    }
  }
}

/// The name of what stands around a network, in front of its tensors' names: the cause, and how to save it without.
@Test(arguments: [
  ("_orig_mod.", "while torch.compile was on it", "model._orig_mod.save_pretrained("),
  ("module.", "from DataParallel", "model.module.save_pretrained("),
  ("base_model.model.", "a PEFT model that was not merged", "model.merge_and_unload().save_pretrained("),
  (
    "_orig_mod.module.", "torch.compile was on it, and it was saved from Data",
    "model._orig_mod.module.save_pretrained("
  ),
  ("0.auto_model.", "part \"0\" of what was saved, and the model is part \"auto_model\"", "model[0].auto_model.save"),
  ("language_model.", "part \"language_model\" of what", "model.language_model.save_pretrained("),
])
func aPrefixOfAllNamesIsNamedWithItsCause(prefix: String, cause: String, hint: String) throws {
  for (architecture, own) in [(tinyLlama, ""), (tinyLlama, "model."), (tinyBert, ""), (tinyBert, "bert.")] {
    try withModel(architecture) { path in
      try rewrite(path) { tensors in
        for index in tensors.indices {
          var name = tensors[index].name
          // As AutoModel and as the class with a head save them.
          if own == "bert." { name = own + name }
          if own == "", architecture.isDecoder { name = name.replacing("model.", with: "", maxReplacements: 1) }
          tensors[index].name = prefix + name
        }
      }
      let fault = fault { _ = try ModelFolder(path) }
      #expect(fault?.code == .data)
      #expect(fault?.message.hasPrefix("every tensor's name begins with \"\(prefix)\": ") == true, "\(fault as Any)")
      #expect(fault?.message.contains(cause) == true, "\(fault as Any)")
      #expect(fault?.hint.contains(hint) == true, "\(fault as Any)")
      // Something else beside the network does not hide it.
      try rewrite(path) { $0.append(("optimizer.step", [1], [1])) }
      let count = architecture.tensors.count
      let other = try #require(throws: Fault.self) { _ = try ModelFolder(path) }
      #expect(other.message.hasPrefix("\(count) of \(count + 1) tensors' names begin with \"\(prefix)\"") == true)
    }
  }
}

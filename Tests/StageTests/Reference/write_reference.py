#!/usr/bin/env python3
"""Writes small models, adapters of every kind that import-adapter reads, and what transformers and PEFT answer with them.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.24.0 peft==0.21.2
    venv/bin/python Tests/StageTests/Reference/write_reference.py

Everything is computed in float32, without padding, one sequence at a time. Running it again gives the same files.

    llama/, gpt2/, bert/ random model folders: two decoders, and a BertForSequenceClassification with three labels
    heads/TYPE/          the same class of every other encoder
    NAME/                an adapter as PEFT saves it
    reference.json       {versions, sequences: {BASE: [[id]]}, letters: [id],
                          heads: {BASE: [[log-probability]]},
                          adapters: {NAME: {base, answers: [[log-probability]]}}}: of the letters after the last token, or
                          of the classes; heads: without an adapter
"""
import json
import os
import shutil
import sys

import peft
import safetensors.torch
import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../TransformersTests/Reference"))
import small_models  # noqa: E402

LETTERS = [3, 5, 7, 11]
torch.set_num_threads(1)


def randomize(parameters, seed, scale):
    """Values of a size at which every part matters; norms near 1."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(parameters):
        noise = torch.randn(parameter.shape, generator=generator)
        is_norm = "norm" in name.lower() and name.endswith("weight")
        with torch.no_grad():
            parameter.copy_(1 + 0.1 * noise if is_norm else scale * noise)


def sequences(lengths, vocabulary, seed, first=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(first, vocabulary, (n,), generator=generator).tolist() for n in lengths]


def folder(name):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def base(name, model):
    randomize(model.named_parameters(), 1, 0.2)
    path = folder(name)
    model.save_pretrained(path)
    for file in os.listdir(path):
        if file not in ("config.json", "model.safetensors"):
            os.remove(os.path.join(path, file))


DECODERS = ("llama", "gpt2")
HEADS = [name for name in small_models.ENCODERS if name != "bert"]
LABELS = {0: "bad", 1: "fair", 2: "good"}
IDS = {"llama": sequences([4, 9, 17, 6], 40, 2), "bert": sequences([5, 12, 8, 3], 40, 3)}
IDS["gpt2"] = IDS["llama"]
# Without the ids of padding, which some types give no position.
IDS |= {f"heads/{name}": sequences([5, 12, 8, 3], 40, 3, first=4) for name in HEADS}


def bases():
    base("llama", transformers.LlamaForCausalLM(transformers.LlamaConfig(
        hidden_size=16, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1, intermediate_size=24,
        vocab_size=40, max_position_embeddings=32, rms_norm_eps=1e-5, tie_word_embeddings=True)))
    base("bert", transformers.BertForSequenceClassification(transformers.BertConfig(
        hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=24, vocab_size=40,
        max_position_embeddings=32, id2label=LABELS, label2id={"bad": 0, "fair": 1, "good": 2})))
    base("gpt2", transformers.GPT2LMHeadModel(small_models.configuration("gpt2", 40, 32)))
    for name in HEADS:
        config = small_models.configuration(name, 40, 32)
        if name == "modernbert":
            config.classifier_pooling = "mean"
        config.id2label, config.label2id = LABELS, {label: index for index, label in LABELS.items()}
        base(f"heads/{name}", transformers.AutoModelForSequenceClassification.from_config(config))


def answers(model, name):
    rows = []
    for ids in IDS[name]:
        logits = model(input_ids=torch.tensor([ids])).logits[0]
        rows.append(torch.log_softmax(logits[-1, LETTERS] if name in DECODERS else logits, -1).tolist())
    return [[round(value, 7) for value in row] for row in rows]


def save(wrapped, name):
    """The adapter in PEFT's files, less what changes from run to run."""
    path = folder(name)
    wrapped.save_pretrained(path)
    os.remove(os.path.join(path, "README.md"))  # a form without content
    with open(os.path.join(path, "adapter_config.json"), "r+", encoding="utf-8") as file:
        settings = json.load(file)
        settings["base_model_name_or_path"] = None
        for member in ("target_modules", "exclude_modules"):  # sets in PEFT
            if isinstance(settings.get(member), list):
                settings[member].sort()
        file.seek(0)
        json.dump(settings, file, indent=1)
        file.truncate()
    return path


def network(base):
    auto = transformers.AutoModelForCausalLM if base in DECODERS else transformers.AutoModelForSequenceClassification
    return auto.from_pretrained(os.path.join(HERE, base)).eval()


def heads():
    with torch.no_grad():
        return {base: answers(network(base), base) for base in ["bert"] + [f"heads/{name}" for name in HEADS]}


def adapter(name, base, bare=False, **settings):
    """An adapter with random values on `base`; `bare` puts it on the network inside the class."""
    with torch.no_grad():
        model = network(base)
        config = peft.LoraConfig(**{"r": 3, "lora_alpha": 5, **settings})
        inner = model.base_model if bare else model
        wrapped = peft.get_peft_model(inner, config).eval()
        trained = [(n, p) for n, p in wrapped.named_parameters() if ".lora_" in n or "modules_to_save" in n]
        randomize(trained, len(name), 0.5)
        save(wrapped, name)
        return {"base": base, "answers": answers(model, base)}


def with_default(name, source):
    """The adapter of `source` with the names of tensors that some trainers write."""
    path = folder(name)
    shutil.copy(os.path.join(HERE, source, "adapter_config.json"), path)
    tensors = safetensors.torch.load_file(os.path.join(HERE, source, "adapter_model.safetensors"))
    renamed = {
        n.replace(".lora_A.", ".lora_A.default.").replace(".lora_B.", ".lora_B.default.")
        .replace("classifier.", "classifier.modules_to_save.default."): t for n, t in tensors.items()
    }
    safetensors.torch.save_file(renamed, os.path.join(path, "adapter_model.safetensors"), {"format": "pt"})


def adapters():
    attention = ["q_proj", "v_proj"]
    found = {
        "list": adapter("list", "llama", target_modules=attention, task_type="CAUSAL_LM"),
        "pattern": adapter(
            "pattern", "llama", use_rslora=True, task_type="CAUSAL_LM",
            target_modules=r"^(?!.*layers\.0\.).*?(?:self_attn|mlp)\.(q|up|down)_proj$"),
        "all-linear": adapter("all-linear", "llama", target_modules="all-linear", task_type="CAUSAL_LM"),
        "ranks": adapter(
            "ranks", "llama", target_modules=attention + ["down_proj"], task_type="CAUSAL_LM", use_rslora=True,
            rank_pattern={r"layers\.1\.self_attn\.q_proj": 1, "v_proj": 5, "layers.0.mlp.down_proj": 2},
            alpha_pattern={"^model.layers.2.self_attn.q_proj": 2, r"layers\.[01]\.mlp\.down_proj": 11}),
        "layers": adapter(
            "layers", "llama", target_modules=attention, layers_to_transform=[0, 2], layers_pattern="layers"),
        "excluded": adapter(
            "excluded", "llama", target_modules="all-linear", exclude_modules=["layers.1.mlp.up_proj", "k_proj"],
            task_type="CAUSAL_LM"),
        "bare": adapter("bare", "llama", bare=True, target_modules=attention),
        "classifier": adapter("classifier", "bert", target_modules=["query", "value"], task_type="SEQ_CLS"),
        "pooler": adapter(
            "pooler", "bert", target_modules=["query", "attention.output.dense", "intermediate.dense"],
            modules_to_save=["pooler", "classifier"], task_type="SEQ_CLS"),
        "no-head": adapter("no-head", "bert", target_modules=["key"], layers_to_transform=1),
        "fused": adapter("fused", "gpt2", target_modules=["c_attn", "c_proj"], task_type="CAUSAL_LM", fan_in_fan_out=True),
    }
    for head in HEADS:
        name, targets = f"heads/{head}", small_models.ENCODERS[head][2]
        found[f"{name}-classifier"] = adapter(f"{name}-classifier", name, target_modules=targets, task_type="SEQ_CLS")
        found[f"{name}-no-head"] = adapter(f"{name}-no-head", name, target_modules=targets)
    name = "heads/modernbert-whole-head"
    found[name] = adapter(
        name, "heads/modernbert", target_modules=["Wqkv"], task_type="SEQ_CLS", modules_to_save=["head"])
    for name, source in (("list-default", "list"), ("classifier-default", "classifier")):
        with_default(name, source)
        found[name] = found[source]
    return found


if __name__ == "__main__":
    bases()
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    with open(os.path.join(HERE, "reference.json"), "w", encoding="utf-8") as out:
        found = {"sequences": IDS, "letters": LETTERS, "heads": heads(), "adapters": adapters()}
        json.dump({"versions": versions, **found}, out, separators=(",", ":"))
        out.write("\n")

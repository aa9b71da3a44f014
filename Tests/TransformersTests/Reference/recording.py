"""What the scripts of this folder share: random ids, adapters, and the files of a reference."""
import json
import os

import peft
import safetensors.torch
import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}


def folder(name):
    path = os.path.join(HERE, name)
    os.makedirs(path, exist_ok=True)
    return path


def save(path, about, tensors):
    """reference.json and reference.safetensors, which has the tensors in float32."""
    with open(os.path.join(path, "reference.json"), "w", encoding="utf-8") as file:
        json.dump({"versions": VERSIONS, **about}, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
    tensors = {name: tensor.detach().to(torch.float32).contiguous() for name, tensor in tensors.items()}
    safetensors.torch.save_file(tensors, os.path.join(path, "reference.safetensors"), {"format": "pt"})


def sequences(lengths, vocabulary, seed, first=0):
    """Rows of random ids from `first` on and below `vocabulary`."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(first, vocabulary, (n,), generator=generator).tolist() for n in lengths]


def logits(model, ids):
    return model(input_ids=torch.tensor([ids])).logits[0]


def adapted(model, targets, seed, path, rank=4, **settings):
    """The model with adapters of scaling 2 whose B is not zero, and their tensors by the names in PEFT's folder."""
    config = peft.LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets, **settings)
    wrapped = peft.get_peft_model(model, config)
    for parameter in wrapped.parameters():
        parameter.requires_grad_(False)
    tensors = {n.replace(".default", ""): p for n, p in sorted(wrapped.named_parameters()) if ".lora_" in n}
    generator = torch.Generator().manual_seed(seed)
    for parameter in tensors.values():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = (noise / parameter.shape[1] ** 0.5).to(parameter.dtype)
    wrapped.to(torch.float32).save_pretrained(path)
    wrapped.to(torch.float64)
    os.remove(os.path.join(path, "README.md"))  # PEFT's model card is a form without content
    with open(os.path.join(path, "adapter_config.json"), "r+", encoding="utf-8") as file:
        settings = json.load(file)
        settings["target_modules"].sort()  # a set in PEFT: the order changes from run to run
        file.seek(0)
        json.dump(settings, file, indent=2)
        file.truncate()
    for parameter in tensors.values():
        parameter.requires_grad_(True)
    return wrapped.eval(), tensors

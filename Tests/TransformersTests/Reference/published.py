"""config.json in the spelling of transformers 4, which most published folders have. Version 5 reads both."""
import json
import os

import transformers


def in_version_4(settings):
    """The same settings, spelled as transformers 4 writes them."""
    settings = {**settings, "torch_dtype": settings["dtype"], "transformers_version": "4.48.0"}
    kinds, rope = settings.pop("layer_types", None), settings.pop("rope_parameters", None)
    for name in ("dtype", "_sliding_window_pattern"):
        settings.pop(name, None)
    model_type = settings["model_type"]
    if rope is None:
        return settings
    if "full_attention" in rope:
        bases = {kind: parameters["rope_theta"] for kind, parameters in rope.items()}
        # The layers that see everything come first in ModernBERT's pattern, last in Gemma's.
        names = {"modernbert": ("global_rope_theta", "local_rope_theta", "global_attn_every_n_layers")}
        full, sliding, pattern = names.get(model_type, ("rope_theta", "rope_local_base_freq", "sliding_window_pattern"))
        return {**settings, full: bases["full_attention"], sliding: bases["sliding_attention"], pattern: 2}
    rope = dict(rope)
    is_neox = model_type == "gpt_neox"
    base, part = ("rotary_emb_base", "rotary_pct") if is_neox else ("rope_theta", "partial_rotary_factor")
    settings[base] = rope.pop("rope_theta")
    if "partial_rotary_factor" in rope:
        settings[part] = rope.pop("partial_rotary_factor")
    if rope["rope_type"] != "default":
        settings["rope_scaling"] = rope
    return settings


def write_version_4(folder):
    """Writes FOLDER/config-4.json, unless the spelling is the same, and checks that transformers reads the same."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        settings = json.load(file)
    if "rope_parameters" not in settings:
        return
    path = os.path.join(folder, "config-4.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(in_version_4(settings), file, indent=2, sort_keys=True)
        file.write("\n")

    def read(path):
        read = transformers.AutoConfig.from_pretrained(path).to_dict()
        # What transformers keeps of a file without using it.
        unused = {
            "_name_or_path", "transformers_version", "sliding_window_pattern", "_sliding_window_pattern",
            "global_attn_every_n_layers", "partial_rotary_factor",
        }
        return {name: value for name, value in read.items() if name not in unused}

    old, new = read(path), read(os.path.join(folder, "config.json"))
    differences = {name: (old.get(name), new.get(name)) for name in old.keys() | new.keys()
                   if old.get(name) != new.get(name)}
    if differences:
        raise ValueError(f"{path} is read differently: {differences}")

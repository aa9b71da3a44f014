#!/usr/bin/env python3
"""Writes what transformers makes of the files beside tokenizer.json, and tokenizers of a vocabulary that lacks bytes.

    python3 -m venv venv && venv/bin/pip install transformers==5.24.0 tokenizers==0.23.3
    venv/bin/python Tests/TokenizationTests/Reference/write_companions.py

    companions.json   cases: [{name, files: {name: content}, texts: [[text, [id]]]}], each with a whole tokenizer.json
"""

import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers
from tokenizers.pre_tokenizers import ByteLevel

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = ["a <|user|> b <x> [PAD] <s>", "he the   <s>  he", "<|user|><x>", "\x04a\x06 À 日 \U00040000"]


def token(content, **changes):
    flags = {"lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True}
    return {"content": content, **flags, **changes}


def settings(added=(), missing=""):
    alphabet = [letter for letter in sorted(ByteLevel.alphabet()) if letter not in missing]
    names = ["<s>", "</s>", *alphabet, "he", "Ġt", "Ġthe"]
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "decoder": None,
        "added_tokens": [{"id": 0, **token("<s>")}, {"id": 1, **token("</s>")}, *added],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False, "vocab": {name: id for id, name in enumerate(names)},
            "merges": [["h", "e"], ["Ġ", "t"], ["Ġt", "he"]],
        },
    }  # fmt: skip


CONFIG = {"tokenizer_class": "PreTrainedTokenizerFast"}
CASES = {
    "nothing": {},
    "added behind a gap": {"tokenizer": settings([{"id": 400, **token("<x>")}, {"id": 300, **token("<|user|>")}])},
    "listed behind a gap": {"tokenizer_config": {"added_tokens_decoder": {"3000": token("<|user|>"), "900": token("<x>")}}},
    "listed with a taken id": {"tokenizer_config": {"added_tokens_decoder": {"5": token("<|user|>", special=False)}}},
    "listed from the vocabulary": {"tokenizer_config": {"added_tokens_decoder": {"258": token("he")}}},
    "listed with other settings": {"tokenizer_config": {"added_tokens_decoder": {"0": token("<s>", lstrip=True)}}},
    "named only": {
        "tokenizer_config": {"pad_token": "[PAD]", "bos_token": "<x>", "additional_special_tokens": ["<|user|>"]}
    },
    "named from the vocabulary": {"tokenizer_config": {"pad_token": "he"}},
    "further tokens": {"tokenizer_config": {"extra_special_tokens": ["<|user|>", "<x>"]}},
    "map": {"tokenizer_config": {}, "special_tokens_map": {"pad_token": "[PAD]", "bos_token": token("<x>")}},
    "map over names": {"tokenizer_config": {"pad_token": "<x>"}, "special_tokens_map": {"pad_token": "[PAD]"}},
    "map unused": {"tokenizer_config": {"added_tokens_decoder": {}}, "special_tokens_map": {"pad_token": "[PAD]"}},
    "added_tokens.json": {"tokenizer_config": {}, "added_tokens": {"<|user|>": 3000, "<x>": 2999}},
    "added_tokens.json alone": {"added_tokens": {"<x>": 270}, "special_tokens_map": {"pad_token": "[PAD]"}},
    "bytes missing": {"tokenizer": settings(missing=ByteLevel(add_prefix_space=False).pre_tokenize_str("\x04\x06")[0][0])},
}


def case(name, files):
    files = {"tokenizer": settings(), **files}
    if "tokenizer_config" in files:
        files["tokenizer_config"] = {**CONFIG, **files["tokenizer_config"]}
    files = {f"{stem}.json": content for stem, content in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in {**files, "config.json": {"model_type": "mistral"}}.items():
            pathlib.Path(folder, file).write_text(json.dumps(content), encoding="utf-8")
        reference = transformers.AutoTokenizer.from_pretrained(folder)
        texts = [[text, reference(text, add_special_tokens=False)["input_ids"]] for text in TEXTS]
    return {"name": name, "files": files, "texts": texts}


made_by = f"write_companions.py with transformers {transformers.__version__}, tokenizers {tokenizers.__version__}"
content = {"made by": made_by, "cases": [case(*each) for each in CASES.items()]}
text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
(HERE / "companions.json").write_text(text + "\n", encoding="utf-8")

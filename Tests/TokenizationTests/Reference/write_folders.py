#!/usr/bin/env python3
"""Writes what transformers makes of folders without tokenizer.json: vocab.txt, or vocab.json and merges.txt.

    python3 -m venv venv && venv/bin/pip install transformers==5.24.0 tokenizers==0.23.3
    venv/bin/python Tests/TokenizationTests/Reference/write_folders.py

    folders.json   cases: [{name, files: {name: content}, texts: [[text, [id]]], pair: [first, second, [id], [segment]]}],
                   ids with special tokens
"""

import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers
from tokenizers.pre_tokenizers import ByteLevel
from write_kinds import merges_of

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = [
    "", "Hello naïve WORLD", "low lower lowest, don't!", " a  b ", "日本 Ångström", "<x> a <|user|>b", "[MASK] x<mask>y [UNK]",
    "<s>low</s><|endoftext|> lower", "\u3000é\u0301 12",
]  # fmt: skip
WORDS = ["hello", "world", "low", "##er", "##est", "naive", "Hello", "na", "##ïve", "don", "日", "本", ",", "!", "'", "##t"]
LETTERS = sorted(set("abcdefghijklmnopqrstuvwxyzHWÅåé"))
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>"]


def words(special=BERT, ending="\n"):
    """A vocab.txt; the last line has no line feed."""
    return ending.join([*special, *WORDS, *LETTERS, *("##" + letter for letter in LETTERS)])


def pairs(special):
    """A vocab.json and a merges.txt over bytes."""
    merges, tokens = merges_of(["hello", "Ġlow", "Ġlower", "low", "Ġa", "don"])
    names = [*special, *sorted(ByteLevel.alphabet()), *tokens, *ROBERTA]
    vocabulary = {name: id for id, name in enumerate(dict.fromkeys(names))}
    return {"vocab.json": vocabulary, "merges.txt": "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in merges)}


def token(content, **changes):
    flags = {"lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True}
    return {"content": content, **flags, **changes}


def bert(config=None, model_type="bert", **files):
    files = {name + ".json": content for name, content in files.items()}
    return {"config.json": {"model_type": model_type}, "vocab.txt": words(), "tokenizer_config.json": config, **files}


def bytewise(model_type, special, config=None, **files):
    files = {name + ".json": content for name, content in files.items()}
    return {"config.json": {"model_type": model_type}, **pairs(special), "tokenizer_config.json": config, **files}


NAMES = {"unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "mask_token": "<mask>"}
CASES = {
    "bert": bert(),
    "bert cased": bert({"do_lower_case": False}),
    "bert cased without accents": bert({"do_lower_case": False, "strip_accents": True}),
    "bert with accents": bert({"strip_accents": False}),
    "bert without spaces around ideographs": bert({"tokenize_chinese_chars": False}),
    "bert with a class": bert({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512}),
    "bert with other names": {**bert(special_tokens_map=NAMES), "vocab.txt": words([*ROBERTA, "<mask>"])},
    "bert without mask": {**bert(), "vocab.txt": words(BERT[:4])},
    "bert with lines of Windows": {**bert(), "vocab.txt": words(ending="\r\n") + "\r\n"},
    "bert with double and blank tokens": {**bert(), "vocab.txt": words() + "\nlow\nx \n\n\n\u3000\nzz\n"},
    "bert with added tokens": bert(added_tokens={"<|user|>": 400, "<x>": 300}),
    "bert with listed tokens": bert({"added_tokens_decoder": {"4": token("[MASK]", lstrip=True), "90": token("<x>")}}),
    "distilbert": bert(model_type="distilbert"),
    "electra": bert(model_type="electra"),
    "mpnet": {**bert(model_type="mpnet"), "vocab.txt": words([*ROBERTA[:3], "[UNK]", "<mask>"])},
    "gpt2": bytewise("gpt2", ["<|endoftext|>"]),
    "gpt2 with a first space": bytewise("gpt2", ["<|endoftext|>"], {"add_prefix_space": True}),
    "gpt2 with padding": bytewise("gpt2", ["<|endoftext|>"], special_tokens_map={"pad_token": "[PAD]", "bos_token": "<s>"}),
    "gpt2 with bos and eos": bytewise("gpt2", ROBERTA, {"add_bos_token": True, "add_eos_token": True, "bos_token": "</s>", "eos_token": "<s>"}),
    "opt": bytewise("opt", ROBERTA, {"add_bos_token": True, "bos_token": "</s>", "eos_token": "</s>", "unk_token": "</s>"}),
    "gpt_neo": bytewise("gpt_neo", ["<|endoftext|>"]),
    "gpt_neox": bytewise("gpt_neox", ["<|endoftext|>"]),
    "roberta": bytewise("roberta", ROBERTA),
    "roberta with a first space": bytewise("roberta", ROBERTA, {"add_prefix_space": True}),
    "roberta with a mask": bytewise("roberta", ROBERTA, special_tokens_map={"mask_token": token("<mask>", lstrip=True)}),
    "roberta by class": bytewise("gpt2", ROBERTA, {"tokenizer_class": "RobertaTokenizer"}),
    "roberta by class of config.json": {
        **bytewise("gpt2", ROBERTA), "config.json": {"model_type": "gpt2", "tokenizer_class": "RobertaTokenizerFast"}},
}  # fmt: skip


def case(name, files):
    files = {file: content for file, content in files.items() if content is not None}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            pathlib.Path(folder, file).write_bytes(text.encode())
        reference = transformers.AutoTokenizer.from_pretrained(folder)
        texts = [[text, reference(text)["input_ids"]] for text in TEXTS]
        pair = reference.backend_tokenizer.encode(*TEXTS[1:3])
    return {"name": name, "files": files, "texts": texts, "pair": [*TEXTS[1:3], pair.ids, pair.type_ids]}


if __name__ == "__main__":
    made_by = f"write_folders.py with transformers {transformers.__version__}, tokenizers {tokenizers.__version__}"
    content = {"made by": made_by, "cases": [case(*each) for each in CASES.items()]}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (HERE / "folders.json").write_text(text + "\n", encoding="utf-8")

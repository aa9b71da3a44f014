#!/usr/bin/env python3
"""Writes what PyPI's tokenizers makes of texts generated here, for the tests to compare with.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python Tests/TokenizationTests/Reference/write_reference.py

Running it again gives the same files. Each begins with the version that made it.

    pieces.json   tokenizers: [{normalizer, pre_tokenizer, texts: [[text, [piece]]]}]: every component that is
                  implemented, and what it leaves of a text
    added.json    tokenizers: [{tokenizer, texts: [[text, [id]]]}]: added tokens of all kinds over a WordPiece of letters
    ids.json      bert, gpt2: [[text, [id]]] with the vocabularies of ../shared/data/tokenizers, special tokens included;
                  pairs: [[first, second, maximum length, [id], [segment]]] with BERT's;
                  decoded: {bert, gpt2: [[[id], text]]}, ids drawn at random;
                  trained: {texts, size, merges, ids: [[text, [id]]]}: a vocabulary that BpeTrainer learned
"""

import gzip
import json
import pathlib
import random

import tokenizers
from reference_parts import (
    BLOOM, CASED, DEEPSEEK, LLAMA3, POSSESSIVE, QWEN2, WORDS, bert, byte_level, digits, metaspace, regex, sequence, split, texts,
)  # fmt: skip
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parents[3] / "shared" / "data" / "tokenizers"

PRE_TOKENIZERS = [
    {"type": "BertPreTokenizer"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, digits(True), digits(False),
    byte_level(), byte_level(add_prefix_space=True), byte_level(False, True),
    sequence(regex(LLAMA3), byte_level(False)), sequence(regex(QWEN2), byte_level(False)),
    regex(POSSESSIVE), regex(CASED), regex(LLAMA3, "Removed", True), sequence(digits(True), byte_level()),
    sequence(
        regex("[\r\n]"), regex(r"\s?\p{L}+"), regex(r"\s?\p{P}+"), regex("[一-龥ࠀ-一가-퟿]+"), digits(True), byte_level(False)
    ),
]  # fmt: skip
for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]:
    PRE_TOKENIZERS += [
        regex(r"\s+|\p{P}", behavior), regex(r"\p{N}", behavior, True), split({"String": " "}, behavior),
        {"type": "Punctuation", "behavior": behavior},
    ]  # fmt: skip
NORMALIZERS = [
    bert(), bert(lowercase=False), bert(strip_accents=False), bert(strip_accents=True, lowercase=False),
    bert(clean_text=False), bert(handle_chinese_chars=False),
    *({"type": form} for form in ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"]),
    {"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "Strip", "strip_left": False, "strip_right": True},
    {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": "_"},
    {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Lowercase"}, {"type": "StripAccents"}]},
]  # fmt: skip


# Both lists were longer only later: what is appended here leaves the texts of the others as they were.
LATER = [
    ({"type": "Nmt"}, None), ({"type": "ByteLevel"}, None),
    ({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}, None),
    (None, {"type": "CharDelimiterSplit", "delimiter": "e"}), (None, {"type": "FixedLength", "length": 3}),
    (None, regex(r"\s+$")), (None, regex(r"\p{L}+$|\n", "MergedWithNext")), (None, sequence(*map(regex, DEEPSEEK), digits(True))),
    (None, regex(r"\A\p{L}+|[^(\s|[.,!?…。，、।۔،])]+")), (None, regex(BLOOM)),
    ({"type": "Replace", "pattern": {"Regex": r"\A▁|\A\p{L}"}, "content": "<>"}, None),
    *((None, metaspace(scheme, split)) for scheme in ["always", "first", "never"] for split in [True, False]),
    (None, sequence({"type": "WhitespaceSplit"}, metaspace("always", True))),
    (None, sequence({"type": "WhitespaceSplit"}, metaspace("first", False))),
    (None, sequence({"type": "Punctuation", "behavior": "Isolated"}, metaspace("first", True))),
    ({"type": "NFKC"}, sequence(digits(False), metaspace("first", True))),
]  # fmt: skip


def tokenizer(vocabulary, normalizer=None, pre_tokenizer=None, added=()):
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": list(added), "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer, "post_processor": None, "decoder": None, "model": {**model, "vocab": vocabulary},
    }  # fmt: skip


def pieces(normalizer, pre_tokenizer, seed):
    reference = Tokenizer.from_str(json.dumps(tokenizer({"[UNK]": 0}, normalizer, pre_tokenizer)))

    def cut(text):
        if reference.normalizer:
            text = reference.normalizer.normalize_str(text)
        if reference.pre_tokenizer:
            return [piece for piece, _ in reference.pre_tokenizer.pre_tokenize_str(text)]
        return [text] if text else []

    of_texts = [[text, cut(text)] for text in texts(12, seed)]
    return {"normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "texts": of_texts}


def added(seed):
    chance = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = {"[UNK]": 0, **{letter: 1 + i for i, letter in enumerate(letters)}}
    vocabulary.update({"##" + letter: 27 + i for i, letter in enumerate(letters)})
    # Of each kind at most one: where two normalize to one text, the reference finds now one and now another.
    contents = ["<X>", "<X>Y", "Ab", "abc", " ", "b c", "é", "x", "_a", "ß"]
    chance.shuffle(contents)
    tokens = []
    for content in contents[: chance.randint(1, 8)]:
        flags = {flag: chance.random() < 0.4 for flag in ["single_word", "lstrip", "rstrip", "normalized", "special"]}
        tokens.append({"id": 100 + len(tokens), "content": content, **flags})
        vocabulary[content] = 99 + len(tokens)
    normalizer = chance.choice([None, {"type": "Lowercase"}, bert()])
    settings = tokenizer(vocabulary, normalizer, chance.choice([{"type": "BertPreTokenizer"}, byte_level(True, True)]), tokens)
    reference = Tokenizer.from_str(json.dumps(settings))
    parts = ["<X>", "<X>Y", "ab", "Ab", "AB", "abc", " ", "  ", "b c", "é", "e\u0301", "x", "X", "_a", "_", "ß", "a", "q", "\t", "."]
    result = []
    while len(result) < 12:
        text = "".join(chance.choice(parts) for _ in range(chance.randint(1, 12)))
        try:
            result.append([text, reference.encode(text).ids])
        except BaseException:  # It panics where a stripping token meets another one; we must only not do so.
            continue
    return {"tokenizer": settings, "texts": result}


def ids():
    path = SHARED / "bert-base-uncased" / "tokenizer.json"
    of_bert = Tokenizer.from_file(str(path))
    of_bert.no_padding()
    of_bert.no_truncation()
    of_gpt2 = Tokenizer.from_str(gzip.open(SHARED / "gpt2" / "tokenizer.json.gz").read().decode())
    of_gpt2.no_truncation()
    result = {
        "bert": [[text, of_bert.encode(text).ids] for text in texts(150, 1)],
        "gpt2": [[text, of_gpt2.encode(text).ids] for text in texts(150, 2)],
        "pairs": [],
        "decoded": {},
    }
    chance = random.Random(3)
    several = texts(60, 4)
    for _ in range(60):
        first, second, length = chance.choice(several), chance.choice(several), chance.randint(3, 40)
        of_bert.enable_truncation(length)
        encoding = of_bert.encode(first, second)
        result["pairs"].append([first, second, length, encoding.ids, encoding.type_ids])
    for name, reference in [("bert", of_bert), ("gpt2", of_gpt2)]:
        drawn = [[chance.randrange(reference.get_vocab_size()) for _ in range(8)] for _ in range(50)]
        result["decoded"][name] = [[ids, reference.decode(ids, skip_special_tokens=False)] for ids in drawn]
    result["trained"] = trained()
    return result


def trained():
    chance = random.Random(5)
    lines = [" ".join(chance.choice(WORDS) for _ in range(12)) + ".\n" for _ in range(20)]
    reference = Tokenizer(models.BPE())
    reference.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=350, min_frequency=2, special_tokens=["<s>", "</s>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    reference.train_from_iterator(lines, trainer)
    reference.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 0)])
    merges = json.loads(reference.to_str())["model"]["merges"]
    of_texts = [[text, reference.encode(text).ids] for text in texts(40, 6)]
    return {"texts": lines, "size": 350, "merges": merges, "ids": of_texts}


def write(name, content):
    content = {"made by": f"write_reference.py with tokenizers {tokenizers.__version__}", **content}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


configurations = [(normalizer, None) for normalizer in NORMALIZERS] + [(None, step) for step in PRE_TOKENIZERS] + LATER
write("pieces.json", {"tokenizers": [pieces(*each, seed) for seed, each in enumerate(configurations)]})
write("added.json", {"tokenizers": [added(seed) for seed in range(24)]})
write("ids.json", ids())

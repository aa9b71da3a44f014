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
import unicodedata

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parents[3] / "shared" / "data" / "tokenizers"

WORDS = """the of and Hello WORLD Straße naïve café résumé Ångström İstanbul ΣΟΦΟΣ русский Ёлка 日本語 中文字 한국어 العربية
    हिन्दी ไทย ქართული don't I'LL x_y a1b2 foo.bar(baz) 3.14 e-mail""".split()
# What tokenizers stumble over: controls, line ends, blanks of all kinds, marks out of order, scalars that grow or shrink
# in lower case, contractions and near misses, text that looks like a special token, digits that are none, emoji.
ODDITIES = """\0 \r \n \r\n \t \v \f \x85 \u2028 \u2029 \ufeff \u200b \u200c \u200d \u00a0 \u3000 \u202f \u0130 \u017f \u212a \u1e9e
    \u00df \ufb01 \ufb06 \u0345 \u03c2 \ufffd \ufffe \U0010ffff \u00ad \u0301 \u0327 \u0323 \u0f73 \u0344 \u0340 \uac00 \u11a8 \u1100 \u1161 \u09be
    's 'S '\u017f 't 're 'VE 'm 'LL 'd 'x \u2019s [SEP] [MASK] <s> <|endoftext|> _ __ ## 1 12 1234567 \u00b2 \u00bd \u2167 \u0663
    \u19da $ + ^ ` | ~ \u166d \U000111c9 \u1885 \u1734 \U0001f468\u200d\U0001f469 \U0001f1e9\U0001f1ea \u2764\ufe0f \U000e0067""".split(" ")
ODDITIES = [oddity.strip(" ") for oddity in ODDITIES if oddity.strip(" ")] + [" ", "  ", "   "]
BLOCKS = [
    (0x20, 0x7F), (0x80, 0x250), (0x250, 0x590), (0x590, 0x900), (0x900, 0xE00), (0xE00, 0x1100), (0x1100, 0x1200),
    (0x1200, 0x2000), (0x2000, 0x2C00), (0x2C00, 0x3400), (0x3400, 0xA000), (0xA000, 0xAC00), (0xAC00, 0xD7B0),
    (0xE000, 0x10000), (0x10000, 0x12000), (0x12000, 0x20000), (0x20000, 0x30000), (0x30000, 0x110000),
]  # fmt: skip


def texts(count, seed, longest=8):
    """`count` texts of up to `longest` stretches each."""
    chance = random.Random(seed)

    def stretch():
        kind = chance.random()
        if kind < 0.35:
            return chance.choice(WORDS)
        if kind < 0.6:
            return chance.choice(ODDITIES)
        if kind < 0.7:
            marks = "".join(chr(chance.randint(0x300, 0x36F)) for _ in range(chance.randint(1, 3)))
            return chance.choice("aeioucnAEIOU") + marks
        if kind < 0.75:
            return unicodedata.normalize("NFD", chance.choice(WORDS))
        low, high = chance.choice(BLOCKS)
        return "".join(chr(chance.randint(low, high - 1)) for _ in range(chance.randint(1, 4)))

    def text():
        count = chance.randint(1, longest)
        return "".join(stretch() + (" " if chance.random() < 0.3 else "") for _ in range(count))

    return [text() for _ in range(count)]


GPT2_LIKE = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + GPT2_LIKE
QWEN2 = LLAMA3.replace("{1,3}", "")
POSSESSIVE = r"(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_level(use_regex=True, add_prefix_space=False):
    return {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": True, "use_regex": use_regex}


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def regex(pattern, behavior="Isolated", invert=False):
    return split({"Regex": pattern}, behavior, invert)


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def digits(individual):
    return {"type": "Digits", "individual_digits": individual}


def bert(**changes):
    defaults = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    return {"type": "BertNormalizer", **defaults, **changes}


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


configurations = [(normalizer, None) for normalizer in NORMALIZERS] + [(None, step) for step in PRE_TOKENIZERS]
write("pieces.json", {"tokenizers": [pieces(*each, seed) for seed, each in enumerate(configurations)]})
write("added.json", {"tokenizers": [added(seed) for seed in range(24)]})
write("ids.json", ids())

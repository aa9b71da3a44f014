#!/usr/bin/env python3
"""Writes one small tokenizer of every kind, and the ids that PyPI's tokenizers gives texts with it.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3 sentencepiece==0.2.3
    venv/bin/python Tests/TokenizationTests/Reference/write_kinds.py [FOLDER COUNT [NAME=FILE ...]]

    NAME.json   {tokenizer: a whole tokenizer.json, texts: [[text, [id]]]}, ids with special tokens

Without arguments it writes Reference/kinds, which the tests read: 30 texts each, and SentencePiece's table cut down to a
few rules. With arguments it writes COUNT texts each and the whole table to FOLDER, and the same for other files such as
gpt2=gpt2/tokenizer.json.gz; the tests read that too if KINDS names it. Running it again gives the same files.
"""

import base64
import collections
import gzip
import io
import json
import math
import pathlib
import sys
import tempfile

import sentencepiece
import tokenizers
from reference_parts import (
    BLOOM, CASED, DEEPSEEK, LLAMA3, QWEN2, WORDS, byte_level, bert, digits, metaspace, regex, sequence, split, texts,
)  # fmt: skip
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

FOLDER = pathlib.Path(sys.argv[1] if sys.argv[1:] else pathlib.Path(__file__).resolve().parent / "kinds")
COUNT = int(sys.argv[2]) if sys.argv[1:] else 30
# Words that the vocabularies are made of; the rest of a text falls apart into letters, bytes or unknown tokens.
LEARNED = [*WORDS, *"the them there hello hell help low lower lowest 12 123 1234 日本 'll 'd ÅB".split()]


def substrings(words, size, most=6):
    """The `size` most frequent parts of words with their counts, all letters first."""
    counts = collections.Counter(
        word[start:end] for word in words for start in range(len(word)) for end in range(start + 1, min(len(word), start + most) + 1)
    )
    ordered = sorted(counts.items(), key=lambda item: (len(item[0]) > 1, -item[1], item[0]))
    return ordered[:size]


def merges_of(tokens):
    """Merges that build every token from the left, shortest first, and all tokens on the way."""
    merges, known = [], {}
    for token in sorted(tokens, key=lambda token: (len(token), token)):
        for end in range(2, len(token) + 1):
            if token[:end] not in known:
                known[token[:end]] = True
                merges.append([token[: end - 1], token[end - 1]])
    return merges, list(known)


def model_bytes(**settings):
    """Byte-level BPE."""
    spell = ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str
    words = [spell(space + word)[0][0] for word in LEARNED for space in ["", " "]]
    merges, tokens = merges_of([part for part, _ in substrings(words, 300) if len(part) > 1])
    names = [*SPECIAL, *sorted(ByteLevel.alphabet()), *tokens]
    return model("BPE", vocab={name: id for id, name in enumerate(names)}, merges=merges, **settings)


def model_pieces(**settings):
    """BPE over letters with "▁", as SentencePiece trains it."""
    merges, tokens = merges_of([part for part, _ in substrings(["▁" + word for word in LEARNED], 250) if len(part) > 1])
    letters = sorted({letter for token in tokens for letter in token})
    names = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *letters, *tokens]
    settings = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True, **settings}
    return model("BPE", vocab={name: id for id, name in enumerate(names)}, merges=merges, **settings)


def model_unigram(spells_bytes=False, words=LEARNED):
    """Scores are rounded, so that many ways to split a text are equally good. With `spells_bytes`, no difference between two
    normalized texts can hide in an unknown token."""
    parts = substrings(["▁" + word for word in words], 400)
    total = sum(count for _, count in parts)
    vocabulary = [[name, 0.0] for name in SPECIAL]
    vocabulary += [[part, round(math.log(count / total), 1)] for part, count in parts]
    if spells_bytes:
        vocabulary += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
    return {"type": "Unigram", "unk_id": SPECIAL.index("<unk>"), "vocab": vocabulary, "byte_fallback": spells_bytes}


def model_wordpiece(cased=False):
    words = [word if cased else word.lower() for word in LEARNED]
    names = [*SPECIAL, *words, *(part for part, _ in substrings(words, 150)), *("##" + part for part, _ in substrings(words, 250))]
    settings = {"unk_token": "<unk>", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
    return {"type": "WordPiece", "vocab": {name: id for id, name in enumerate(dict.fromkeys(names))}, **settings}


def model_words():
    names = dict.fromkeys([*SPECIAL, *LEARNED, *"abcxyz.,!?'"])
    return {"type": "WordLevel", "vocab": {name: id for id, name in enumerate(names)}, "unk_token": "<unk>"}


SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "[MASK]"]


def model(kind, **settings):
    defaults = {
        "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
        "byte_fallback": False, "ignore_merges": False,
    }  # fmt: skip
    return {"type": kind, **defaults, **settings}


def both(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern, "content": content}


def template(single, pair):
    def part(word):
        name, _, segment = word.partition(":")
        kind = ("Sequence", name[1:]) if name.startswith("$") else ("SpecialToken", name)
        return {kind[0]: {"id": kind[1], "type_id": int(segment or 0)}}

    tokens = {name: {"id": name, "ids": [SPECIAL.index(name)], "tokens": [name]} for name in SPECIAL}
    parts = {"single": [part(word) for word in single.split()], "pair": [part(word) for word in pair.split()]}
    return {"type": "TemplateProcessing", **parts, "special_tokens": tokens}


def processor(kind):
    return {"type": kind, "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": False}


def charsmap(rule):
    """SentencePiece's table, compiled by SentencePiece: the whole rule, or a few lines of it."""
    lines = ["FF21\t41", "FB01\t66 69", "65 301\tE9", "41 30A\tC5", "AB\t3C 3C", "2581\t20", "3000\t20", "200D\t20", "9\t20"]
    lines += ["1100 1161\tAC00", "1100\t3131", "FDFA\t635 644 649 20 627 644 644 647", "E9\t65 301", "1F468\t4D", "AD\t"]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "rules.tsv")
        file.write_text("\n".join(lines) + "\n")
        small = {} if sys.argv[1:] else {"normalization_rule_tsv": str(file)}
        trained = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(WORDS * 20), model_writer=trained, vocab_size=150, hard_vocab_limit=False, minloglevel=2,
            num_threads=1, normalization_rule_name="user_defined" if small else rule, **small,
        )  # fmt: skip
    processor = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    from sentencepiece import sentencepiece_model_pb2 as layout

    proto = layout.ModelProto()
    proto.ParseFromString(processor.serialized_model_proto())
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()}


BLANKS = replace({"Regex": " {2,}"}, "▁")
OF_BERT = template("<s> $A </s>", "<s> $A </s> $B:1 </s>:1")
OF_T5 = template("$A </s>", "$A </s> $B </s>")
OF_LLAMA = template("<s> $A", "<s> $A <s>:1 $B:1")
LLAMA2 = both({"type": "Prepend", "prepend": "▁"}, replace({"String": " "}, "▁"))
MASK = {"lstrip": True}
NFC = {"type": "NFC"}


def kinds():
    """Name, what it stands for, model, normalizer, pre-tokenizer, post-processor."""
    table = charsmap("nmt_nfkc")
    folded = charsmap("nmt_nfkc_cf")
    bytewise = byte_level(use_regex=False)
    return [
        ("wordpiece", "BERT, uncased", model_wordpiece(), bert(), {"type": "BertPreTokenizer"}, processor("BertProcessing")),
        ("wordpiece-cased", "BERT, cased", model_wordpiece(True), bert(lowercase=False), {"type": "BertPreTokenizer"}, OF_BERT),
        ("wordlevel", "whole words", model_words(), None, {"type": "Whitespace"}, OF_BERT),
        ("bytes", "GPT-2", model_bytes(), None, byte_level(), byte_level()),
        ("bytes-prefix", "with add_prefix_space", model_bytes(), None, byte_level(add_prefix_space=True), None),
        ("bytes-roberta", "RoBERTa", model_bytes(), None, byte_level(), processor("RobertaProcessing")),
        ("bytes-nfc", "GPT-NeoX, ModernBERT, OLMo", model_bytes(), NFC, byte_level(), OF_BERT),
        ("bytes-digits", "SmolLM, StarCoder", model_bytes(), None, sequence(digits(True), byte_level()), None),
        ("bytes-punctuation", "Falcon", model_bytes(), None, sequence(
            {"type": "Punctuation", "behavior": "Contiguous"}, byte_level(), digits(False),
            regex("[0-9][0-9][0-9]")), None),
        ("bytes-llama3", "Llama 3", model_bytes(ignore_merges=True), None, sequence(regex(LLAMA3), bytewise), OF_LLAMA),
        ("bytes-qwen2", "Qwen 2 and 3", model_bytes(), NFC, sequence(regex(QWEN2), bytewise), None),
        ("bytes-o200k", "GPT-4o, Phi-4", model_bytes(), None, sequence(regex(CASED), bytewise), None),
        ("bytes-deepseek", "DeepSeek LLM", model_bytes(), None, sequence(*map(regex, DEEPSEEK), digits(True), bytewise), OF_LLAMA),
        ("bytes-bloom", "BLOOM", model_bytes(), None, sequence(regex(BLOOM), bytewise), None),
        ("bytes-normalized", "bytes spelled by the normalizer", model_bytes(), {"type": "ByteLevel"}, None, None),
        ("pieces-prepend", "Llama 2, TinyLlama", model_pieces(), LLAMA2, None, OF_LLAMA),
        ("pieces-first", "Llama 2, Mistral (newer files)", model_pieces(), None, metaspace("first", False), OF_LLAMA),
        ("pieces-never", "without a first space", model_pieces(), None, metaspace("never", False), OF_LLAMA),
        ("pieces-always", "a space behind every added token", model_pieces(byte_fallback=False), None, metaspace("always"), OF_LLAMA),
        ("pieces-gemma", "Gemma", model_pieces(), replace({"String": " "}, "▁"), split(
            {"String": " "}, "MergedWithPrevious"), OF_LLAMA),
        ("unigram-t5", "T5, unknown text as bytes", model_unigram(True), both(table, replace({"Regex": " {2,}"}, " ")), metaspace("always"), OF_T5),
        ("unigram-xlmr", "XLM-R, multilingual E5, BGE-M3", model_unigram(), table, sequence({"type": "WhitespaceSplit"}, metaspace("always")),
            template("<s> $A </s>", "<s> $A </s> </s> $B </s>")),
        ("unigram-deberta", "DeBERTa-v3", model_unigram(), both(
            {"type": "Strip", "strip_left": True, "strip_right": True}, table, replace({"Regex": " {2,}"}, " ")), metaspace("always"), OF_BERT),
        ("unigram-albert", "ALBERT, unknown text as bytes", model_unigram(True, [word.lower() for word in LEARNED]), both(
            replace({"String": "``"}, '"'), replace({"String": "''"}, '"'), {"type": "NFKD"}, {"type": "StripAccents"},
            {"type": "Lowercase"}, folded, replace({"Regex": " {2,}"}, " ")), metaspace("always"), OF_BERT),
        ("unigram-nmt", "without a table, unknown text as bytes", model_unigram(True), both({"type": "Nmt"}, {"type": "NFKC"}, BLANKS), metaspace("always"), OF_T5),
        ("unigram-plain", "without a normalizer, unknown text as bytes", model_unigram(True), None, metaspace("first", False), OF_T5),
    ]  # fmt: skip


def write(number, name, description, *parts):
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": id, "content": token, **flags, **(MASK if token == "[MASK]" else {})} for id, token in enumerate(SPECIAL)]
    names = ["model", "normalizer", "pre_tokenizer", "post_processor"]
    settings = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, **dict(zip(names, parts)), "decoder": None,
    }  # fmt: skip
    write_ids(number, name, description, settings)


def write_ids(number, name, description, settings):
    reference = Tokenizer.from_str(json.dumps(settings))
    of_texts = [[text, reference.encode(text).ids] for text in texts(COUNT, 100 + number)]
    made_by = f"write_kinds.py with tokenizers {tokenizers.__version__}, sentencepiece {sentencepiece.__version__}"
    content = {"made by": made_by, "description": description, "tokenizer": settings, "texts": of_texts}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(kinds()):
        write(number, *kind)
    for number, argument in enumerate(sys.argv[3:]):
        name, _, file = argument.partition("=")
        content = pathlib.Path(file).read_bytes()
        settings = json.loads(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
        write_ids(900 + number, name, file, {**settings, "truncation": None, "padding": None})

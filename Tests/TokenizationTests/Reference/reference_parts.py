"""What the reference makers share: texts, drawn at random but always the same, patterns, and components of tokenizer.json."""

import random
import unicodedata

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
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
DEEPSEEK = [
    r"[\r\n]", r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$",
    r"[一-龥ࠀ-一가-퟿]+",
]  # fmt: skip


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


def metaspace(scheme, split=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


def bert(**changes):
    defaults = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    return {"type": "BertNormalizer", **defaults, **changes}

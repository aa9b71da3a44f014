"""Small tokenizers of the two kinds that most models have: WordPiece for encoders, byte-level BPE for decoders."""
import json

import tokenizers
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

VOCABULARY = 400
# The first ids, in the order of `small_models.IDS`.
SPECIAL = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
BERT_SPECIAL = {
    "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]", "mask_token": "[MASK]",
}
# RoBERTa's order: its network does not count the position of the token with the id of padding, 1.
ROBERTA_SPECIAL = {name: BERT_SPECIAL[name] for name in ("cls_token", "pad_token", "sep_token", "unk_token", "mask_token")}


def texts(path):
    """The questions and choices of a file of questions, and the answers' letters, which must be tokens."""
    for letter in "ABCDE":
        yield from [f"Answer: {letter}"] * 100
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["question"]
            yield from row["choices"]


def tokenizer(kind, path):
    """A tokenizer for an encoder, an encoder like RoBERTa or a decoder, trained on the questions at `path`."""
    names = {"encoder": BERT_SPECIAL, "roberta": ROBERTA_SPECIAL, "decoder": SPECIAL}[kind]
    common = dict(vocab_size=VOCABULARY, special_tokens=list(names.values()), show_progress=False)
    if kind != "decoder":
        result = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
        result.normalizer = normalizers.BertNormalizer(lowercase=True)
        result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        result.decoder = decoders.WordPiece()
        result.train_from_iterator(texts(path), trainers.WordPieceTrainer(**common))
        ids = [(token, result.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
        pair = "[CLS] $A [SEP] $B:1 [SEP]:1" if kind == "encoder" else "[CLS] $A [SEP] [SEP] $B [SEP]"
        result.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair=pair, special_tokens=ids)
        return transformers.PreTrainedTokenizerFast(tokenizer_object=result, **names)
    result = tokenizers.Tokenizer(models.BPE())
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    result.train_from_iterator(texts(path), trainers.BpeTrainer(initial_alphabet=alphabet, **common))
    return transformers.PreTrainedTokenizerFast(tokenizer_object=result, **SPECIAL)

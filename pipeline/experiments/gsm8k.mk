# GSM8K: arithmetic in words, 7,473 questions for training and 1,319 for testing. The answers are written with their
# reasoning, and each text votes for the number that it ends with.
DATASET := gsm8k
TRAIN.gsm8k := $(DATA)/gsm8k/train.jsonl.gz
TEST.gsm8k := $(DATA)/gsm8k/test.jsonl
# A question with its answer has about 150 tokens, at most 475 by the tokenizer of SmolLM2.
MAXIMUM_LENGTH := 512
TEXTS := 10
WRITE_FLAGS := --max-new-tokens 256 --temperature 0.7
METHODS := point

# Your own texts with labels, or questions with choices, with no file to write: TRAIN= and TEST= name one or more of them
# (CSV, TSV or JSONL with text and label, or with question, choices and answer, or any format that tokenize knows), SHIFTED=
# those that shift-test compares with.
TRAIN :=
TEST :=
SHIFTED :=
DATA := .
DATASET := own
TRAIN.own := $(TRAIN)
TEST.own := $(TEST)
SHIFTS := $(if $(SHIFTED),shifted)
TEST.shifted := $(SHIFTED)
CLASSES.shifted := $(TRAIN)
FORMAT.shifted := $(FORMAT.own)
CORRUPTIONS := keyboard-typos dropped-words

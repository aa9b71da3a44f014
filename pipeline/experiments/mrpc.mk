# MRPC: do both texts mean the same? 4,076 pairs for training and 1,725 for testing, as its authors publish it.
DATASET := mrpc
TRAIN.mrpc := $(DATA)/mrpc/msr_paraphrase_train.txt.gz
TEST.mrpc := $(DATA)/mrpc/msr_paraphrase_test.txt
FORMAT.mrpc := mrpc
CORRUPTIONS := keyboard-typos dropped-words

# TREC: what kind of answer does a question ask for? Six coarse classes, 5,452 questions for training and 500 for testing.
DATASET := trec
TRAIN.trec := $(DATA)/trec/train_5500.label
TEST.trec := $(DATA)/trec/TREC_10.label
FORMAT.trec := trec
CORRUPTIONS := keyboard-typos dropped-words

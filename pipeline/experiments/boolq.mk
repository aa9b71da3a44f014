# BoolQ: yes or no, by a passage, tested on the dev file. Training uses 2,000 of the 9,427 questions unless
# TRAINING_EXAMPLES says otherwise (0: all). For an encoder, TEMPLATE=sentence halves the cost: the choices are two classes.
DATASET := boolq
TRAIN.boolq := $(DATA)/boolq/train.jsonl.gz
TEST.boolq := $(DATA)/boolq/dev.jsonl.gz
FORMAT.boolq := boolq
CORRUPTIONS := keyboard-typos dropped-words
TRAINING_EXAMPLES := 2000

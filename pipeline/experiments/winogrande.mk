# WinoGrande 1.1: which of two names belongs in the blank? Its training set of size m, 2,558 sentences, tested on the dev
# file.
DATASET := winogrande
TRAIN.winogrande := $(DATA)/winogrande/train_m.jsonl
TEST.winogrande := $(DATA)/winogrande/dev.jsonl
FORMAT.winogrande := winogrande
CORRUPTIONS := keyboard-typos dropped-words

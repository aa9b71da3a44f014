# RTE: does the second text follow from the first? Tested on GLUE's dev file, since the labels of its test file are secret.
DATASET := rte
TRAIN.rte := $(DATA)/rte/train.tsv
TEST.rte := $(DATA)/rte/dev.tsv
FORMAT.rte := rte
CORRUPTIONS := keyboard-typos dropped-words

# AQuA-RAT: algebra with five choices, written as reasoning that ends with a letter, for which each text votes. The 254
# questions of dev.json are trained on, those of test.json tested on.
DATASET := aqua
TRAIN.aqua := $(DATA)/aqua/dev.json
TEST.aqua := $(DATA)/aqua/test.json
MAXIMUM_LENGTH := 512
TEXTS := 10
WRITE_FLAGS := --max-new-tokens 256 --temperature 0.7
METHODS := point

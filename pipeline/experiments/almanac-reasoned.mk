# The embedded questions without their choices, with answers that state the fact first: each text votes for the answer that
# it ends with; see data/README.md. Settings that are not here are those of almanac-open.
include $(HERE)pipeline/experiments/almanac-open.mk
DATA := $(HERE)data/almanac/reasoned
DATASET := almanac-reasoned
TRAIN.almanac-reasoned := $(DATA)/train.jsonl
TEST.almanac-reasoned := $(DATA)/test.jsonl
TEST.near := $(DATA)/near.jsonl
EPOCHS := 6
WRITE_FLAGS := --max-new-tokens 40 --temperature 0.7

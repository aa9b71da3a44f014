# The embedded questions without their choices: the answers are written; see data/README.md.
MODEL := $(HERE)data/almanac/base
DATA := $(HERE)data/almanac/open
DATASET := almanac-open
TRAIN.almanac-open := $(DATA)/train.jsonl
TEST.almanac-open := $(DATA)/test.jsonl
# The same facts in other words.
SHIFTS := near
TEST.near := $(DATA)/near.jsonl
TEMPLATE := open
TARGETS := q_proj,v_proj
CALIBRATION_FRACTION := 0.15
LEARNING_RATE := 3e-3
EPOCHS := 3
SAMPLES := 10
# Answers are names and numbers, so texts are short.
TEXTS := 10
WRITE_FLAGS := --max-new-tokens 12
METHODS := point

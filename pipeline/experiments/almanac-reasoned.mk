# The embedded questions without their choices, with answers that state the fact first: each text votes for the answer that
# it ends with; see data/README.md.
MODEL := $(HERE)data/almanac/base
DATA := $(HERE)data/almanac/reasoned
DATASET := almanac-reasoned
TRAIN.almanac-reasoned := $(DATA)/train.jsonl
TEST.almanac-reasoned := $(DATA)/test.jsonl
SHIFTS := near
TEST.near := $(DATA)/near.jsonl
TEMPLATE := open
TARGETS := q_proj,v_proj
CALIBRATION_FRACTION := 0.15
LEARNING_RATE := 3e-3
EPOCHS := 6
SAMPLES := 10
TEXTS := 10
WRITE_FLAGS := --max-new-tokens 40 --temperature 0.7
METHODS := point

# The embedded default: questions about plain facts, and a small base that has read them; see data/README.md.
MODEL := $(HERE)data/almanac/base
DATA := $(HERE)data/almanac
DATASET := almanac
TRAIN.almanac := $(DATA)/train.jsonl
TEST.almanac := $(DATA)/test.jsonl
# The same facts in other words, and topics that the base has never read about.
SHIFTS := near far
TEST.near := $(DATA)/near.jsonl
TEST.far := $(DATA)/far.jsonl
CORRUPTIONS := keyboard-typos dropped-words
# A base this small says which answer it finds likely; it cannot pick a letter from a list.
TEMPLATE := answer
TARGETS := q_proj,v_proj
CALIBRATION_FRACTION := 0.15
LEARNING_RATE := 3e-3
EPOCHS := 6
SAMPLES := 10

# The embedded default: questions about plain facts, and a small base that has read them; see data/almanac.
MODEL := data/almanac/base
DATA := data/almanac
DATASET := almanac
TRAIN.almanac := $(DATA)/train.jsonl
TEST.almanac := $(DATA)/test.jsonl
SHIFTS := near far
TEST.near := $(DATA)/near.jsonl
TEST.far := $(DATA)/far.jsonl
CORRUPTIONS := typos dropped-words
TARGETS := q_proj,v_proj

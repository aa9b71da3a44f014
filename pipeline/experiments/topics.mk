# Embedded too: short texts labelled with their topic, one of eight; see data/README.md. `predict` answers new.csv.
MODEL := $(HERE)data/almanac/base
DATA := $(HERE)data/topics
DATASET := topics
TRAIN.topics := $(DATA)/train.csv
TEST.topics := $(DATA)/test.csv
NEW := $(DATA)/new.csv
CORRUPTIONS := keyboard-typos dropped-words
# The names of the classes are scored as answers, since the base is a decoder that cannot pick a letter from a list.
TEMPLATE := answer
TARGETS := q_proj,v_proj
CALIBRATION_FRACTION := 0.15
LEARNING_RATE := 3e-3
EPOCHS := 4
MEMBERS := 3
SAMPLES := 5

# ARC-Easy, trained on its 2,251 questions and tested on its 2,376; the harder half of ARC and OpenBookQA as shifts.
DATASET := arc-easy
TRAIN.arc-easy := $(DATA)/arc_easy/ARC-Easy-Train.jsonl
TEST.arc-easy := $(DATA)/arc_easy/ARC-Easy-Test.jsonl
SHIFTS := arc-challenge openbookqa
TEST.arc-challenge := $(DATA)/arc_challenge/ARC-Challenge-Dev.jsonl
TEST.openbookqa := $(DATA)/openbookqa/dev.jsonl
CORRUPTIONS := keyboard-typos dropped-words

# ARC-Challenge, trained on its 1,119 questions and tested on the 299 of its development file, since the published test
# file is seldom at hand; the easy half of ARC and OpenBookQA as shifts.
DATASET := arc-challenge
TRAIN.arc-challenge := $(DATA)/arc_challenge/ARC-Challenge-Train.jsonl
TEST.arc-challenge := $(DATA)/arc_challenge/ARC-Challenge-Dev.jsonl
SHIFTS := arc-easy openbookqa
TEST.arc-easy := $(DATA)/arc_easy/ARC-Easy-Test.jsonl
TEST.openbookqa := $(DATA)/openbookqa/dev.jsonl
CORRUPTIONS := keyboard-typos dropped-words

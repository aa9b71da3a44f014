# CommonsenseQA 1.11, random split, with five choices: papers report on its dev file, since its test file has no answers.
DATASET := commonsense-qa
TRAIN.commonsense-qa := $(DATA)/commonsense_qa/train_rand_split.jsonl.gz
TEST.commonsense-qa := $(DATA)/commonsense_qa/dev_rand_split.jsonl
SHIFTS := openbookqa arc-easy
TEST.openbookqa := $(DATA)/openbookqa/dev.jsonl
TEST.arc-easy := $(DATA)/arc_easy/ARC-Easy-Dev.jsonl
CORRUPTIONS := keyboard-typos dropped-words

# OpenBookQA, 4,957 questions for training and 500 for testing, as its authors publish it; the usual shifts beside it.
DATASET := openbookqa
TRAIN.openbookqa := $(DATA)/openbookqa/train.jsonl.gz
TEST.openbookqa := $(DATA)/openbookqa/dev.jsonl

# Other science questions (near), and subjects of MMLU in the groups that papers use (far).
SHIFTS := arc-easy arc-challenge mmlu-chemistry mmlu-physics mmlu-computer-science mmlu-law
TEST.arc-easy := $(addprefix $(DATA)/arc_easy/ARC-Easy-,Dev.jsonl Test.jsonl)
TEST.arc-challenge := $(DATA)/arc_challenge/ARC-Challenge-Dev.jsonl
mmlu = $(foreach subject,$1,$(wildcard $(DATA)/mmlu/test/$(subject)_test.csv*))
TEST.mmlu-chemistry = $(call mmlu,college_chemistry high_school_chemistry)
TEST.mmlu-physics = $(call mmlu,college_physics high_school_physics)
TEST.mmlu-computer-science = $(call mmlu,college_computer_science computer_security high_school_computer_science \
  machine_learning)
TEST.mmlu-law = $(call mmlu,international_law jurisprudence professional_law)
CORRUPTIONS := keyboard-typos dropped-words

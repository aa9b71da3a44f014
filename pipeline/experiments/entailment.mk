# Does the second text follow from the first? RTE and CB together; a contradiction, and what CB calls neutral, does not. Its
# point estimate judges which written answers mean the same (ENTAILMENT=). Tested on their dev files.
DATASET := entailment
TRAIN.entailment := $(DATA)/rte/train.tsv $(DATA)/cb/train.jsonl
TEST.entailment := $(DATA)/rte/dev.tsv $(DATA)/cb/val.jsonl

# GoEmotions: the emotions of comments, one to five of 28 for each, tested on the published test file. Training uses 8,000 of
# the 43,410 comments unless TRAINING_EXAMPLES says otherwise (0: all).
DATASET := goemotions
TRAIN.goemotions := $(DATA)/goemotions/train.tsv.gz
TEST.goemotions := $(DATA)/goemotions/test.tsv
FORMAT.goemotions := goemotions
TRAINING_EXAMPLES := 8000
CALIBRATION_FRACTION := 0.02

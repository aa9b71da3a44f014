# CLINC150: which of 150 intents has a question to an assistant? 15,000 for training and 4,500 for testing. The shift is the
# 1,000 test questions that have none of these intents: detection with a truth.
DATASET := clinc
TRAIN.clinc := $(DATA)/clinc_oos/data_full.json.gz
TEST.clinc := $(DATA)/clinc_oos/data_full.json.gz
FORMAT.clinc := clinc
SHIFTS := out-of-scope
TEST.out-of-scope := $(DATA)/clinc_oos/data_full.json.gz
FORMAT.out-of-scope := clinc-oos
CLASSES.out-of-scope := $(TRAIN.clinc)

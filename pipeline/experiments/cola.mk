# CoLA: is the sentence acceptable English? Its own out-of-domain file, sentences from other books, is the near shift.
DATASET := cola
TRAIN.cola := $(DATA)/cola/in_domain_train.tsv
TEST.cola := $(DATA)/cola/in_domain_dev.tsv
FORMAT.cola := cola
SHIFTS := cola-out-of-domain
TEST.cola-out-of-domain := $(DATA)/cola/out_of_domain_dev.tsv
FORMAT.cola-out-of-domain := cola
CORRUPTIONS := keyboard-typos dropped-words

# SST-2: the sentiment of phrases from film reviews, tested on GLUE's dev file; reviews of books and of kitchen ware as
# shifts. Training uses 8,000 of the 67,349 phrases unless TRAINING_EXAMPLES says otherwise (0: all).
DATASET := sst2
TRAIN.sst2 := $(DATA)/sst2/train.tsv.gz
TEST.sst2 := $(DATA)/sst2/dev.tsv
FORMAT.sst2 := sst2
SHIFTS := books kitchen
TEST.books := $(DATA)/product_reviews/books/dev.tsv
TEST.kitchen := $(DATA)/product_reviews/kitchen/dev.tsv
FORMAT.books := reviews
FORMAT.kitchen := reviews
CORRUPTIONS := keyboard-typos dropped-words
TRAINING_EXAMPLES := 8000
CALIBRATION_FRACTION := 0.02

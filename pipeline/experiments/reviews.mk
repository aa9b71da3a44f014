# Product reviews (Blitzer et al. 2007): is a review of kitchenware good or bad? 1,700 for training, tested on the dev file.
# The shift is reviews of books.
DATASET := reviews
TRAIN.reviews := $(DATA)/product_reviews/kitchen/train.tsv
TEST.reviews := $(DATA)/product_reviews/kitchen/dev.tsv
SHIFTS := books
TEST.books := $(DATA)/product_reviews/books/dev.tsv
CORRUPTIONS := keyboard-typos dropped-words

# Every setting of the pipeline, with the value that it has unless an experiment or the command line gives another.
# The command line has the last word, an experiment the second. The environment has none where numbers are concerned;
# only what decides where and how to run may come from it (`?=`).

# --- What to run, and where ---
EXPERIMENT ?= almanac
RUNS ?= runs
THREADS ?=
RUN ?=
QUIET ?=
# yes: nothing in the files but results, so that equal runs give equal bytes; seconds and memory are then not reported.
REPRODUCIBLE :=

# --- What every experiment names ---
# The Hugging Face folder of the base, and the folder of the question files.
MODEL :=
DATA :=
# The data set that is trained and tested on, and those that only shift-test looks at.
DATASET :=
SHIFTS :=
# Its files: TRAIN.name and TEST.name, in the experiment.

# --- tokenize ---
TEMPLATE :=
MAX_LENGTH :=
CALIBRATION_FRACTION := 0.1
LIMIT :=
SPLIT_SEED := 0

# --- fit-adapters ---
SEED := 0
MEMBERS := 5
RANK := 8
ALPHA := 16
TARGETS :=
DROPOUT := 0
LEARNING_RATE := 5e-4
SCHEDULE := linear
WARMUP := 0.06
EPOCHS := 4
BATCH_SIZE := 16
WEIGHT_DECAY := 0
# The rate of the adapters that MC dropout samples with.
MC_DROPOUT := 0.1

# --- collect-swag ---
SWAG_LEARNING_RATE := 1e-3
SWAG_EPOCHS := 4
SWAG_COLLECTIONS := 20
SWAG_RANK := 10

# --- sample-posterior ---
METHODS := point dropout ensemble swa swag-diagonal swag multiswag
SAMPLES := 30

# --- shift-test ---
SHIFT_METHODS = $(METHODS)
CORRUPTIONS :=
SEVERITIES := 1 3 5

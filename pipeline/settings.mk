# Every setting of the pipeline, with the value that it has unless an experiment or the command line gives another.
# The command line has the last word, an experiment the second. The environment has none where numbers are concerned;
# only what decides where and how to run may come from it (`?=`). An empty setting is the stage's own default, which
# its --help names. Where a value stands here all the same, a run's commands say it; StageTests/SettingTests checks that it
# is the program's default too.

# --- What to run, and where ---
EXPERIMENT ?= almanac
RUNS ?= runs
THREADS ?=
RUN ?=
QUIET ?=
# yes: other makes with SHARE=yes may work in the run's folder at the same time, each on files of its own, as the jobs of
# slurm/members.sbatch do.
SHARE :=
# yes: nothing in the files but results, so that equal runs give equal bytes. Seconds and memory are then not reported.
REPRODUCIBLE :=

# --- results ---
# The experiments and the seeds of `make results`; empty: those of pipeline/results. Seeds must be MEMBERS apart.
RESULTS_EXPERIMENTS :=
RESULTS_SEEDS :=
# yes: only say what would be run, and for how long.
RESULTS_PLAN :=

# --- What every experiment names ---
# The Hugging Face folder of the base, and the folder of the question files.
MODEL :=
DATA :=
# How base.h5 holds the matrices of the frozen products: published, as the folder has them; or int8, a quarter of the memory
# of float32, for `PRECISION=int8`. Any other precision then computes with the rounded values.
STORE :=
# The data set that is trained and tested on, and those that only shift-test looks at. Their files are TRAIN.name and
# TEST.name; a prompt template of its own is TEMPLATE.name, and FORMAT.name is their format where other files begin alike.
# CLASSES.name are the training files that name the classes of texts that are only tested on.
DATASET :=
SHIFTS :=

# --- tokenize ---
TEMPLATE :=
MAXIMUM_LENGTH :=
# Where texts that are too long to be classified are cut: front, middle or end; or windows, by which they are read whole
# (of a pair, the longer text).
CUT :=
# Of a file of texts: the columns of the text (several joined by +), the second text of a pair, the label and the id, and
# the file's encoding. Each is found where it is empty. Case, blanks, - and _ do not matter in a column's name.
TEXT :=
TEXT_B :=
LABEL :=
ID :=
ENCODING :=
# The number of bins that the range of numbers to predict is divided into (FORMAT.name=numbers).
NUMBER_BINS :=
# The share of the training questions that is kept for calibration, and what draws it.
CALIBRATION_FRACTION := 0.1
SPLIT_SEED := 0
# The largest number of test questions.
LIMIT :=
# Of what kind the versions of a question are that methods NAME-consistent average over: shifts of the order of the choices,
# corruptions of severity 1, or templates, the others for the same scoring; auto: shifts where the prompt lists the choices
# (decoders that answer by letter), else corruptions.
VERSIONS := auto
# Any other flags of the stage, such as `--answers letter`.
TOKENIZE_FLAGS :=

# --- import-adapter ---
# Folders of PEFT, one for each member, in place of adapters that are fitted here.
ADAPTER :=
# Any other flags, such as `--pooling first`.
IMPORT_FLAGS :=

# --- fit-adapters: member i has the seed SEED + i ---
SEED := 0
MEMBERS := 5
# The precision of the frozen products, in training and wherever the adapter is used: float32, bfloat16, int8, or fastest,
# the fastest of these on the processor that fits the adapter. A precision that is slower than float32 is warned of.
PRECISION :=
# What is trained in place of the factors A and B: lora (A and B themselves), olora, nola (whose `--bases` go into
# FIT_FLAGS), tt-lora or b-lora-xs. The column `except` of pipeline/methods.tsv says which methods do not apply to which.
PARAMETRISATION :=
RANK := 8
ALPHA := 16
# The head of an encoder: linear, or classifier, that of its class for sequence classification, which is kept in the base.
HEAD = $(if $(ADAPTER),classifier,linear)
# Linear modules by the ends of their names, separated by commas.
TARGETS :=
# Blocks of the network to adapt, counted from 0 in ascending order, such as 4,5 or 2-5; empty: all of them. What the
# blocks below the lowest make of a data set is computed once, by compute-prefix.
LAYERS :=
DROPOUT := 0
LEARNING_RATE := 1e-3
WARMUP := 0.06
DECAY := linear
EPOCHS := 3
STEPS :=
BATCH_SIZE := 8
WEIGHT_DECAY := 0.01
# That of B alone, which shrinks the change B A of the weights; at most 1 / LEARNING_RATE. Empty: WEIGHT_DECAY.
WEIGHT_DECAY_B :=
# Early stopping. yes: the epoch with the lowest NLL on the calibration split is kept (of SWAG, the moments whose mean has
# it; aswa, swad and dna choose by that split themselves; snapshots, sghmc and tickets have no such epoch).
KEEP_BEST :=
# The factor of the squared norms of all B A in the loss (full fine-tuning has none).
PRODUCT_PENALTY :=
# The factor of KL(p || p_base) in the loss, which keeps a fit near the base's answers; of an encoder, near what its head
# makes of the base without the adapters.
BASE_DIVERGENCE :=
# The weights of classes in the loss, for rare ones: balanced, or name:weight,... The probabilities stay calibrated.
CLASS_WEIGHTS :=
# The number of training questions to use; empty: all of them.
TRAINING_EXAMPLES :=
# Where all members begin; empty: each at its own seed. A soup of members that share it averages their factors.
INITIALIZATION_SEED :=
# Any other flags of the stage, such as `--keep-best --gradient-clip 1`.
FIT_FLAGS :=
# The dropout of the adapter that MC dropout samples with, and in the fit of dna.
MC_DROPOUT := 0.1
# Flags of lora-ensemble alone, such as `--initialization-gain 10 --targets query,key,value,attention.output.dense`, which
# is the paper's start and its modules (of an encoder).
LORA_ENSEMBLE_FLAGS :=
# Flags of batch-ensemble alone, and of repulsive alone, such as `--repulsion 10`.
BATCH_ENSEMBLE_FLAGS :=
REPULSIVE_FLAGS :=
# Flags of blob, me-lora, scalabl and rank-1 alone, such as `--divergence-rate 0.002 --prior-deviation 0.1`.
VARIATIONAL_FLAGS :=
# Flags of rank-masks alone, such as `--mask-prior 0.8`.
RANK_MASK_FLAGS :=
# Flags of ivon alone. `--sample-size 1e6` and the like is what published runs have in place of N.
IVON_FLAGS := --learning-rate 0.03
# Flags of snapshots alone, of sghmc alone, and of tickets alone. All have MEMBERS cycles.
SNAPSHOT_FLAGS :=
SGHMC_FLAGS := --learning-rate 0.003 --cycle-snapshots 3
TICKET_FLAGS := --exploration 0.33 --learning-rate 0.01
# Flags of dna alone, such as `--diversity 0.01 --dropout-draws 2`.
DNA_FLAGS :=
# Flags of full and full-ensemble alone: a whole base wants a smaller step.
FULL_FLAGS := --learning-rate 1e-4

# --- Snapshots for SWA, SWAG, ASWA and SWAD: fit-adapters or collect-swag ---
# The share of the steps of a fit after which its learning rate is constant and snapshots are taken. The fit has as many
# steps as that of point.
SWAG_FROM := 0.5
# That rate; empty: half of the largest.
SWAG_LEARNING_RATE :=
# Not empty: snapshots are taken while training goes on from the adapter of point for so many epochs more. With ADAPTER it
# always does, for 2 epochs where this is empty. A point of as many steps is EPOCHS= of another run.
SWAG_EPOCHS :=
# Snapshots (20, or one a step where steps are fewer), and how many deviations from their mean are kept.
SWAG_COLLECTIONS :=
SWAG_RANK :=
# Any other flags. The rule of the SWAG-LoRA paper as published: EPOCHS=15 SWAG_FROM= SWAG_FLAGS="--preset swag-lora".
SWAG_FLAGS :=
# What ASWA accepts a snapshot by, on the calibration split: nll or accuracy.
ASWA_ACCEPT := nll

# --- collect-chain: a chain of Hamiltonian Monte Carlo from each member ---
# Any flags, such as `--prior-deviation 0.2 --draws 500`.
CHAIN_FLAGS :=

# --- bayesianize-adapter ---
# Any flags, such as `--largest 0.1`: the range is that of the paper's bases, and a small base bears more noise.
TFB_FLAGS :=

# --- extract-ensemble: MEMBERS sub-models of the adapter of member 0 ---
# Any flags, such as `--mutual-information 0.1 1 10 --epochs 6`.
EXTRACT_FLAGS :=

# --- collect-curvature ---
# Factors wider than LAPLACE_EXACT_WIDTH hold LAPLACE_RANK directions.
LAPLACE_RANK :=
LAPLACE_EXACT_WIDTH :=
# What chooses the prior's precision: marginal-likelihood, or calibration. A precision of one's own overrides it.
LAPLACE_CRITERION :=
LAPLACE_PRIOR_PRECISION :=

# --- index-adapters ---
# The runs whose adapters (`point`, member 0) are a library for the methods that choose among them by what is asked. All
# are of this MODEL. A PEFT folder comes in by a run of its own with ADAPTER=.
LIBRARY :=
# How many of the adapters that are nearest to a text answer it.
TOP := 3
# Any other flags, such as `--embedding-blocks 2`.
LIBRARY_FLAGS :=

# --- route-adapters: the router of the method routed ---
# The runs of LIBRARY whose training questions train the router. It can weigh the adapters of the others too.
ROUTER_TASKS = $(LIBRARY)
# Any other flags, such as `--missing 0.2 --epochs 5`.
ROUTER_FLAGS :=

# --- sample-posterior ---
# pipeline/methods.tsv lists them; `all` is every one that applies.
METHODS = $(if $(ADAPTER),point laplace tfb,point dropout ensemble swa swag-diagonal swag multiswag)
SAMPLES := 20
# How the draws of a Gaussian posterior go together: independent, antithetic or lattice. Or linearised: the network is
# linearised around the mean, and LAPLACE_SAMPLES draws of its logits cost two passes. Methods without a Gaussian over the
# parameters (ensembles, dropout and others) do not change.
DRAWS :=
# The factor on the covariance of swag-diagonal, swag, multiswag, tfb and tfb-authors.
SCALE :=
# Draws of the logits in laplace and laplace-last-layer, and with DRAWS=linearised. They cost next to nothing.
LAPLACE_SAMPLES := 256
SAMPLE_FLAGS :=

# --- generate-answers: answers that are written ---
# How many texts each draw of a method writes for a question. Empty where answers are chosen. TEXTS.method is the number for
# one method, so that methods with few and with many draws write as many texts.
TEXTS :=
# Strings before which a text ends, separated by blanks. In a string, _ stands for a blank and ^ for a line break, as in
# `^ Question:_`.
STOP :=
# Any other flags, such as `--temperature 0.7 --max-new-tokens 20`.
WRITE_FLAGS :=

# --- judge-entailment: which of these texts mean the same ---
# The run that judges, such as runs/entailment: its method point was fitted on pairs of texts. Texts then mean the same if
# each entails the other; empty: if they are equal but for case, punctuation, articles and white space.
ENTAILMENT :=
# The Hugging Face folder of that run's base; its file base.h5 says which.
ENTAILMENT_MODEL = $(shell sed -n 's/^command: .* --model \([^ ]*\).*/\1/p' $(ENTAILMENT:%/=%)/.base.h5.made 2> /dev/null)
# Any flags of the judge, such as `--entails yes`, the name of its class that means entailment.
JUDGE_FLAGS :=

# --- collaborate: clients that exchange adapters and never data ---
# Their names. The data of a client are TRAIN.name and TEST.name, or train.jsonl and, if there is one, test.jsonl (or csv,
# tsv) in the folder name/ of CLIENT_DATA. EPOCHS or STEPS are those of one round.
CLIENTS :=
CLIENT_DATA := clients
# The adapter that all clients go on from in their first round, a file or a PEFT folder; empty: the initial values of SEED.
START :=
# How often they fit and then exchange their adapters; empty: 3.
ROUNDS :=
# By what a client weights the adapters of the others: any of weights, validation, predictions and theoretical. The table
# always has none (each keeps its own) and average too.
TRUST := weights
# What divides the similarities before the softmax; empty: 1 for weights, 0.1 for validation and predictions.
TEMPERATURE :=
# How adapters are compared by TRUST=weights: products or rows.
SIMILARITY :=
# The file of questions that all clients share, for TRUST=predictions: its labels are not used.
REFERENCE :=
# The shares of categories in each client's data, for TRUST=theoretical, as JSON.
MIXTURES :=
# What becomes of AdamW's moments after an exchange: keep or reset.
MOMENTS :=
# Any other flags of exchange-adapters, such as `--largest-ratio 3`.
EXCHANGE_FLAGS :=

# --- evaluate ---
# Calibrators that have rows beside the temperature: any of ts-mix, ts-inside, platt, vector, matrix, isotonic and chosen.
CALIBRATORS :=
# FIGURES=yes writes every picture of the reports as SVG and PDF into figures/ of the run, those under shift into
# figures/shift/.
FIGURES :=
# Files of predictions that other programs made, as CSV or HDF5: they stand in the table beside METHODS.
FOREIGN :=
EVALUATE_FLAGS :=

# --- predict: answers to new texts ---
# The file of new texts, and the method that answers them: empty for the one that evaluate recommends.
NEW :=
METHOD :=
# The columns and the encoding of NEW, where they are not those of the texts that the run was fitted on.
NEW_TEXT = $(TEXT)
NEW_TEXT_B = $(TEXT_B)
NEW_LABEL = $(LABEL)
NEW_ID = $(ID)
NEW_ENCODING = $(ENCODING)
# The folder of the answers in answers/ of the run. Another one is needed for another file of the same name.
ANSWERS = $(basename $(notdir $(NEW:%.gz=%)))
# How many files the forecasts are divided into, which `make -j` or a scheduler makes side by side. The values are the same.
SHARDS := 1
# The largest share of errors among the answers, such as 5%: the others are left to a human. DELTA is how likely the
# promise about that may fail.
RISK :=
DELTA := 5%
# From how many methods METHOD was chosen by their scores on the test rows: the promise is made more cautious by so much.
# Where METHOD is empty, it is the number of METHODS. Give it too if you have chosen METHOD from a table of `evaluate`.
CHOSEN_FROM := 1
# The share of the sets of classes that hold the right one, and their kind: lac (the smallest), aps or raps; with -by-class
# behind it, each class is covered as often.
COVERAGE := 90%
CONFORMAL := lac
# The shares of the classes among the new texts, where they are not those of training: estimate, or as in yes:30%,no:70%
# with an underscore for a blank in a name.
PRIOR :=

# --- shift-test ---
# The methods to compare under shift, or `all`; corruptions of the test questions, and their severities from 1 to 5.
SHIFT_METHODS = $(METHODS)
CORRUPTIONS :=
SEVERITIES := 1 3 5
SHIFT_FLAGS :=

# The kind of value that each setting must have, and the check of all of them before anything is computed.

# The files that the goals make for people to read.
READ := $(if $(ANSWERING),,$R/report.html $R/shift.html) $(if $(filter predict $R/answers/%,$(MAKECMDGOALS)),\
  $(addprefix $(ANSWERS_FOLDER)/,answers.csv answers.txt shares.csv label-next.csv))
# $(call stop,MESSAGE,HINT) ends make with an error. If there are such files of an earlier run, the error says so, so that
# they are not taken for those of this run.
OLDER := $(wildcard $(READ))
stop = $(error $(strip $1)$(if $2, (hint: $(strip $2)))$(if $(OLDER),; nothing was run: $(OLDER) $(if \
  $(word 2,$(OLDER)),are,is) of an earlier run))

# KIND:SETTING,SETTING,...; pipeline/check defines the kinds. An empty setting is not checked: it means the stage's
# default.
KINDS := \
  words:METHODS,SHIFT_METHODS,SHIFTS,CORRUPTIONS,SEVERITIES,CLIENTS \
  words:RESULTS_EXPERIMENTS,RESULTS_SEEDS \
  positive-integer:THREADS,MEMBERS,SAMPLES,RANK,EPOCHS,BATCH_SIZE,LIMIT,MAXIMUM_LENGTH,NUMBER_BINS,SHARDS,CHOSEN_FROM,TEXTS \
  positive-integer:SWAG_EPOCHS,SWAG_COLLECTIONS,SWAG_RANK,LAPLACE_RANK,LAPLACE_SAMPLES,TOP,ROUNDS \
  $(METHODS:%=positive-integer:TEXTS.%) \
  integer:STEPS,TRAINING_EXAMPLES,LAPLACE_EXACT_WIDTH \
  seed:SEED,SPLIT_SEED,INITIALIZATION_SEED \
  positive-number:ALPHA,LEARNING_RATE,TEMPERATURE \
  number:WEIGHT_DECAY,WEIGHT_DECAY_B,PRODUCT_PENALTY,BASE_DIVERGENCE,SWAG_LEARNING_RATE,LAPLACE_PRIOR_PRECISION,SCALE \
  share:DROPOUT,MC_DROPOUT,WARMUP,SWAG_FROM \
  positive-share:CALIBRATION_FRACTION \
  one-of/lac/aps/raps/lac-by-class/aps-by-class/raps-by-class:CONFORMAL \
  percentage:RISK,DELTA,COVERAGE \
  blocks:LAYERS \
  one-of/1/yes:KEEP_BEST,FIGURES,QUIET,REPRODUCIBLE,SHARE,RESULTS_PLAN \
  one-of/float32/bfloat16/int8/fastest:PRECISION \
  one-of/published/int8:STORE \
  one-of/lora/olora/nola/tt-lora/b-lora-xs:PARAMETRISATION \
  one-of/linear/cosine/constant:DECAY \
  one-of/linear/classifier:HEAD \
  one-of/front/middle/end/windows:CUT \
  one-of/auto/shifts/corruptions/templates:VERSIONS \
  name:TEXT,TEXT_B,LABEL,ID,ENCODING,METHOD,NEW_TEXT,NEW_TEXT_B,NEW_LABEL,NEW_ID,NEW_ENCODING,ANSWERS \
  one-of/independent/antithetic/lattice/linearised:DRAWS \
  one-of/nll/accuracy:ASWA_ACCEPT \
  some-of/none/average/weights/validation/predictions/theoretical:TRUST \
  one-of/products/rows:SIMILARITY \
  one-of/keep/reset:MOMENTS \
  one-of/marginal-likelihood/calibration:LAPLACE_CRITERION \
  some-of/temperature/ts-mix/ts-inside/platt/vector/matrix/isotonic/chosen:CALIBRATORS \
  some-of/1/2/3/4/5:SEVERITIES
# Only corruptions from the command line are checked here; those of an experiment's file are checked by tokenize.
KINDS += $(if $(filter CORRUPTIONS,$(GIVEN)),\
  some-of/keyboard-typos/dropped-characters/dropped-words/case-and-space/choice-order/distracting-sentence:CORRUPTIONS)

WRONG := $(shell $(HERE)pipeline/check $(foreach line,$(KINDS),$(foreach v,$(subst $(comma), ,$(lastword $(subst :, ,$(line)))),\
  $(if $(strip $($v)),'$v $(firstword $(subst :, ,$(line))) $($v)'))))
$(if $(filter 0,$(.SHELLSTATUS)),,$(call stop,the settings cannot be checked: pipeline/check failed))
$(if $(WRONG),$(call stop,$(WRONG)))

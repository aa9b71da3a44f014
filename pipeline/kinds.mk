# What each setting may be. Checked before the first second of computing, for every goal that computes.

# $(call stop,WHAT,HINT); where a report is left of an earlier run, nobody shall take it for this one's.
OLDER := $(wildcard $R/report.html $R/shift.html)
stop = $(error $(strip $1)$(if $2, (hint: $(strip $2)))$(if $(OLDER),; nothing was run: $(OLDER) is of an earlier run))

# KIND:SETTING,SETTING,...; pipeline/check knows the kinds. Where a setting is empty, the stage's own default holds.
KINDS := \
  words:METHODS,SHIFT_METHODS,SHIFTS,CORRUPTIONS,SEVERITIES \
  positive-integer:THREADS,MEMBERS,SAMPLES,RANK,EPOCHS,BATCH_SIZE,LIMIT,MAXIMUM_LENGTH \
  positive-integer:SWAG_EPOCHS,SWAG_COLLECTIONS,SWAG_RANK,LAPLACE_RANK,LAPLACE_SAMPLES \
  integer:STEPS,TRAINING_EXAMPLES,LAPLACE_EXACT_WIDTH \
  seed:SEED,SPLIT_SEED,INITIALIZATION_SEED \
  positive-number:ALPHA,LEARNING_RATE \
  number:WEIGHT_DECAY,PRODUCT_PENALTY,BASE_DIVERGENCE,SWAG_LEARNING_RATE,LAPLACE_PRIOR_PRECISION,SCALE \
  share:DROPOUT,MC_DROPOUT,WARMUP \
  positive-share:CALIBRATION_FRACTION \
  blocks:LAYERS \
  one-of/1/yes:QUIET,REPRODUCIBLE,SHARE \
  one-of/float32/bfloat16:PRECISION \
  one-of/lora/olora/nola/tt-lora/b-lora-xs/full:PARAMETRISATION \
  one-of/linear/cosine/constant:DECAY \
  one-of/independent/antithetic/lattice:DRAWS \
  one-of/nll/accuracy:ASWA_ACCEPT \
  one-of/marginal-likelihood/calibration:LAPLACE_CRITERION \
  some-of/1/2/3/4/5:SEVERITIES
# An experiment's own corruptions are checked by tokenize.
KINDS += $(if $(filter CORRUPTIONS,$(GIVEN)),\
  some-of/keyboard-typos/dropped-characters/dropped-words/case-and-space/choice-order/distracting-sentence:CORRUPTIONS)

WRONG := $(shell $(HERE)pipeline/check $(foreach line,$(KINDS),$(foreach v,$(subst $(comma), ,$(lastword $(subst :, ,$(line)))),\
  $(if $(strip $($v)),'$v $(firstword $(subst :, ,$(line))) $($v)'))))
$(if $(filter 0,$(.SHELLSTATUS)),,$(call stop,pipeline/check cannot check the settings))
$(if $(WRONG),$(call stop,$(WRONG)))

# What every stage reads: the base, the sets of questions as tokens, and the cached hidden states below the adapters.
#
# A file is described by a block, which says what it is made from and by which command. `$(stage)` ends the block and
# makes a rule of it; freshness.mk explains it and the variables that it reads. Where there are several files of a kind,
# the block is a `define`, and the `foreach` below it reads the block once for each of them, with another member $i, data
# set $d or method $m.

# Not empty where an encoder has the head of its class for sequence classification.
CLASSIFIER := $(and $(filter encoder,$(KIND_OF_BASE)),$(filter classifier,$(HEAD)))

# --- The base ---
BASE := $R/base.h5

target := $(BASE)
command := pretrain-load --model $(MODEL:%/=%) $(if $(CLASSIFIER),--keep-head) $(call flag,store,$(STORE))
$(stage)

# --- The sets of questions ---
# Each set $d of the run: which data set its questions are from, and what is done to them.
source.$(DATASET) := $(DATASET)
changes.$(DATASET) := $(call flag,limit,$(LIMIT))
$(foreach d,$(SHIFTS),$(eval source.$d := $d))

CORRUPTED :=
define corrupted-set
CORRUPTED += $(DATASET)-$c-$s
source.$(DATASET)-$c-$s := $(DATASET)
changes.$(DATASET)-$c-$s := $(call flag,limit,$(LIMIT)) --corruption $c --severity $s
endef
$(foreach c,$(CORRUPTIONS),$(foreach s,$(SEVERITIES),$(eval $(value corrupted-set))))

SETS := $(DATASET) $(SHIFTS) $(CORRUPTED)
TOKENS := $R/tokens/$(DATASET).h5

# The flags of tokenize for the set $d. Calibration questions are split off the training questions, if there are any.
SPLIT := $(call flag,calibration-fraction,$(CALIBRATION_FRACTION)) $(call flag,seed,$(SPLIT_SEED))
COLUMNS := $(call flag,text-column,$(TEXT)) $(call flag,second-text-column,$(TEXT_B)) \
  $(call flag,label-column,$(LABEL)) $(call flag,id-column,$(ID)) $(call flag,encoding,$(ENCODING))
questions = --model $(MODEL:%/=%) --dataset $(source.$d) \
  $(call flag,train,$(TRAIN.$(source.$d))) $(call flag,test,$(TEST.$(source.$d))) \
  $(call flag,template,$(or $(TEMPLATE.$(source.$d)),$(TEMPLATE))) $(call flag,format,$(FORMAT.$(source.$d))) \
  $(call flag,maximum-length,$(MAXIMUM_LENGTH)) $(call flag,cut,$(CUT)) $(call flag,number-bins,$(NUMBER_BINS)) $(COLUMNS) \
  $(if $(TRAIN.$(source.$d)),$(SPLIT),$(call flag,classes,$(CLASSES.$(source.$d)))) $(if $(TEXTS),--scoring answers) \
  $(TOKENIZE_FLAGS) $(changes.$d)
# Not empty where the goals need answers to choose from: tokenize then refuses a file of others before anything is fitted.
NEEDS_CHOICES := $(if $(TEXTS),,$(filter evaluate shift-test predict collaborate $R/evaluation.h5 $R/shift.h5 \
  $R/collaboration.h5 $R/predictions/% $R/clients/% $R/answers/%,$(WANTED)))

define tokens
target := $R/tokens/$d.h5
command := tokenize $(questions)
options := $(if $(NEEDS_CHOICES),--needs-choices)
$(stage)
endef
$(foreach d,$(SETS),$(eval $(value tokens)))

# The same questions without their content, for contextual calibration.
define content-free-tokens
target := $R/tokens/$d-content-free.h5
command := tokenize $(questions) --content-free
$(stage)
endef
$(foreach d,$(SETS),$(eval $(value content-free-tokens)))

# Other versions of the same questions, for prompt consistency.
define versions-tokens
target := $R/tokens/$d-versions.h5
command := tokenize $(questions) --versions $(VERSIONS)
$(stage)
endef
$(foreach d,$(SETS),$(eval $(value versions-tokens)))

# --- The cached hidden states below the adapters, computed once for all members, samples and epochs ---
# Made only where the lowest blocks have no adapters. Of the training rows, a prefix holds those that adapters are
# fitted on, or all of them if a method or a flag may use others. TFB may search on any training row.
BLOCKS_BELOW := $(filter-out 0,$(firstword $(subst -, ,$(subst $(comma), ,$(LAYERS)))))
TAKES_OTHER_ROWS := $(filter tfb tfb-authors,$(METHODS) $(SHIFT_METHODS)) \
  $(filter --training-examples% --subsample-seed%,\
  $(foreach v,FIT_FLAGS $(filter-out FULL_FLAGS,$(FLAGS_OF_METHODS)) SWAG_FLAGS,$($v)))
PREFIX_ROWS := $(if $(strip $(TAKES_OTHER_ROWS)),,$(call flag,training-examples,$(TRAINING_EXAMPLES)))
prefix = $(if $(BLOCKS_BELOW),$R/prefix/$d.h5)
prefix-flags := --blocks $(BLOCKS_BELOW) $(call flag,precision,$(PRECISION)) $(PREFIX_ROWS)

define prefix-states
target := $(prefix)
inputs := $(BASE) $R/tokens/$d.h5
command := compute-prefix --base $(BASE) --tokens $R/tokens/$d.h5 $(prefix-flags)
$(stage)
endef
$(if $(BLOCKS_BELOW),$(foreach d,$(SETS),$(eval $(value prefix-states))))

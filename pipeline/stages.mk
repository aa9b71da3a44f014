# The stages: one block for each kind of file of a run, which says what the file is made from and by which command.
#
# `$(stage)` ends a block and makes a rule of it; freshness.mk explains it and the variables that it reads. Where there
# are several files of a kind, the block is a `define`, and the `foreach` below it reads the block once for each of
# them, with another member $i, data set $d or method $m.

# $(call flag,NAME,VALUE): nothing where the setting is empty, so that the stage's own default holds.
flag = $(if $(strip $2),--$(strip $1) $(strip $2))

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
  $(if $(TRAIN.$(source.$d)),$(SPLIT),$(call flag,classes,$(CLASSES.$(source.$d)))) $(TOKENIZE_FLAGS) $(changes.$d)

define tokens
target := $R/tokens/$d.h5
command := tokenize $(questions)
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

# --- The cached hidden states below the adapters, computed once for all members, samples and epochs ---
# Made only where the lowest blocks have no adapters. Of the training rows, a prefix holds those that adapters are
# fitted on, or all of them if a method or a flag may use others. TFB may search on any training row.
BLOCKS_BELOW := $(filter-out 0,$(firstword $(subst -, ,$(subst $(comma), ,$(LAYERS)))))
TAKES_OTHER_ROWS := $(filter tfb,$(METHODS) $(SHIFT_METHODS)) $(filter --training-examples% --subsample-seed%,\
  $(FIT_FLAGS) $(LORA_ENSEMBLE_FLAGS) $(VARIATIONAL_FLAGS))
PREFIX_ROWS := $(if $(strip $(TAKES_OTHER_ROWS)),,$(call flag,training-examples,$(TRAINING_EXAMPLES)))
prefix = $(if $(BLOCKS_BELOW),$R/prefix/$d.h5)

define prefix-states
target := $(prefix)
inputs := $(BASE) $R/tokens/$d.h5
command := compute-prefix --base $(BASE) --tokens $R/tokens/$d.h5 --blocks $(BLOCKS_BELOW) \
  $(call flag,precision,$(PRECISION)) $(PREFIX_ROWS)
$(stage)
endef
$(if $(BLOCKS_BELOW),$(foreach d,$(SETS),$(eval $(value prefix-states))))

# --- Fitting ---
# Every adapter trains on the tokens of DATASET, with the cached states if there are any.
TRAINING_PREFIX := $(if $(BLOCKS_BELOW),$R/prefix/$(DATASET).h5)
TRAINING_FLAGS := --base $(BASE) --tokens $(TOKENS) $(call flag,prefix,$(TRAINING_PREFIX))

# The flags of fit-adapters, in the order of its commands: what is trained, --dropout, and how.
ADAPTER_KIND := $(if $(CLASSIFIER),--head classifier) $(call flag,layers,$(LAYERS)) $(call flag,parametrisation,$(PARAMETRISATION))
ADAPTER_SIZE := $(call flag,precision,$(PRECISION)) $(call flag,rank,$(RANK)) $(call flag,alpha,$(ALPHA)) \
  $(call flag,targets,$(TARGETS))
OPTIMIZATION := $(call flag,learning-rate,$(LEARNING_RATE)) $(call flag,warmup,$(WARMUP)) $(call flag,decay,$(DECAY)) \
  $(call flag,epochs,$(EPOCHS)) $(call flag,steps,$(STEPS)) $(call flag,batch-size,$(BATCH_SIZE)) \
  $(call flag,weight-decay,$(WEIGHT_DECAY)) $(call flag,training-examples,$(TRAINING_EXAMPLES))
PENALTY := $(call flag,product-penalty,$(PRODUCT_PENALTY))
OTHER_FLAGS := $(call flag,base-divergence,$(BASE_DIVERGENCE)) $(call flag,class-weights,$(if $(CLASS_WEIGHTS),'$(CLASS_WEIGHTS)')) \
  $(call flag,initialization-seed,$(INITIALIZATION_SEED)) $(FIT_FLAGS)
SHAPE := $(ADAPTER_KIND) $(ADAPTER_SIZE)
TRAINING := $(OPTIMIZATION) $(PENALTY) $(OTHER_FLAGS)

# Member $i.
define point
target := $R/adapters/point-$i.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method point --seed $(seed.$i) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(TRAINING)
work := fit:1
curves := $(target)
$(stage)
endef

# The same from the folder of ADAPTER that stands at the place of member $i, with nothing trained and so without a curve.
define imported
target := $R/adapters/point-$i.h5
inputs := $(BASE) $(TOKENS)
command := import-adapter --base $(BASE) --tokens $(TOKENS) --adapter $(adapter.$i) --seed $(seed.$i) \
  $(call flag,precision,$(PRECISION)) $(call flag,learning-rate,$(LEARNING_RATE)) \
  $(call flag,batch-size,$(BATCH_SIZE)) $(IMPORT_FLAGS)
$(stage)
endef
$(foreach i,$(MEMBER),$(eval $(value $(if $(ADAPTER),imported,point))))

# The adapter that MC dropout samples with.
target := $R/adapters/dropout-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method dropout --seed $(seed.0) $(SHAPE) \
  $(call flag,dropout,$(MC_DROPOUT)) $(TRAINING)
work := fit:1
curves := $(target)
$(stage)

# The whole base of member $i is trained. So there is no choice of blocks, no prefix, and no product B A to penalise.
define full
target := $R/adapters/full-$i.h5
inputs := $(BASE) $(TOKENS)
command := fit-adapters --base $(BASE) --tokens $(TOKENS) --method full --seed $(seed.$i) --parametrisation full \
  $(if $(CLASSIFIER),--head classifier) \
  $(ADAPTER_SIZE) --dropout 0 $(OPTIMIZATION) $(OTHER_FLAGS) $(FULL_FLAGS)
work := fit:1
curves := $(target)
$(stage)
endef
$(foreach i,$(MEMBER),$(eval $(value full)))

# All members in one file, the first with the seed SEED.
target := $R/adapters/lora-ensemble-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method lora-ensemble --seed $(seed.0) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(TRAINING) --members $(MEMBERS) $(LORA_ENSEMBLE_FLAGS)
work := fit:$(MEMBERS)
curves := $(target)
$(stage)

# The variational adapters: a Gaussian for each entry.
define variational
target := $R/adapters/$m-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method $m --seed $(seed.0) $(if $(CLASSIFIER),--head classifier) \
  $(call flag,layers,$(LAYERS)) \
  --variational $m $(VARIATIONAL_FLAGS) $(ADAPTER_SIZE) --dropout 0 $(TRAINING)
work := fit:1
curves := $(target)
$(stage)
endef
$(foreach m,blob me-lora scalabl,$(eval $(value variational)))

# --- What starts from an adapter of point ---
# Not empty where it has a curve of its own.
TRAINED_POINT := $(if $(ADAPTER),,yes)

# SWAG's moments of member $i.
SWAG := $(call flag,learning-rate,$(SWAG_LEARNING_RATE)) $(call flag,epochs,$(SWAG_EPOCHS)) \
  $(call flag,collections,$(SWAG_COLLECTIONS)) $(call flag,deviations,$(SWAG_RANK))

define swag
target := $R/swag/$i.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-$i.h5
caches := $(TRAINING_PREFIX)
command := collect-swag $(TRAINING_FLAGS) --adapter $R/adapters/point-$i.h5 $(SWAG) $(SWAG_FLAGS)
work := fit:1
curves := $(TRAINED_POINT:%=$R/adapters/point-$i.h5) $(target)
$(stage)
endef
$(foreach i,$(MEMBER),$(eval $(value swag)))

# The snapshots that ASWA accepts. They are from the same training as SWAG's, so evaluate needs no curve of it.
target := $R/aswa/0.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-0.h5
caches := $(TRAINING_PREFIX)
command := collect-swag $(TRAINING_FLAGS) --adapter $R/adapters/point-0.h5 $(SWAG) --accept $(ASWA_ACCEPT)
work := fit:1
curves := $(TRAINED_POINT:%=$R/adapters/point-0.h5)
$(stage)

# The adapter of member 0 with the scale of TFB's noise.
target := $R/tfb/0.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-0.h5
caches := $(TRAINING_PREFIX)
command := bayesianize-adapter $(TRAINING_FLAGS) --adapter $R/adapters/point-0.h5 $(TFB_FLAGS)
curves := $(TRAINED_POINT:%=$R/adapters/point-0.h5)
$(stage)

# The curvature around member 0, of all adapters and of those of the last block.
define curvature
target := $R/curvature/$p-0.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-0.h5
caches := $(TRAINING_PREFIX)
command := collect-curvature $(TRAINING_FLAGS) --adapter $R/adapters/point-0.h5 --parameters $p \
  $(call flag,rank,$(LAPLACE_RANK)) $(call flag,exact-width,$(LAPLACE_EXACT_WIDTH)) \
  $(call flag,criterion,$(LAPLACE_CRITERION)) $(call flag,prior-precision,$(LAPLACE_PRIOR_PRECISION))
curves := $(TRAINED_POINT:%=$R/adapters/point-0.h5)
$(stage)
endef
$(foreach p,all last-layer,$(eval $(value curvature)))

# --- Predicting: method $m on the set $d ---
# The flags that the columns of methods.tsv ask for.
samples.parameters = $(if $(and $(filter draws,$(options.$m)),$(filter linearised,$(DRAWS))),\
  $(samples.logits),--samples $(SAMPLES) --seed $(SEED))
samples.logits := --samples $(LAPLACE_SAMPLES) --seed $(SEED)
option.draws := $(call flag,draws,$(DRAWS))
option.scale := $(call flag,scale,$(SCALE))
drawing = $(samples.$(samples.$m)) $(foreach option,$(options.$m),$(option.$(option)))

# Passes over the set, for the time left: of each member, one for each draw. Draws of logits share two.
passes.parameters := $(SAMPLES)
passes.logits := 2
passes.- := 1
passes = $(words $(or $(posterior.$m),base))*$(passes.$(samples.$m))

# Methods without adapters, or with a whole base of their own, share no states below the adapters.
method-prefix = $(if $(posterior.$m:$R/adapters/full-%=),$(prefix))
content-free = $(if $(filter %-contextual,$m),$R/tokens/$d-content-free.h5)

define prediction
target := $R/predictions/$m/$d.h5
inputs := $(BASE) $R/tokens/$d.h5 $(posterior.$m) $(content-free)
caches := $(method-prefix)
command := sample-posterior --base $(BASE) --tokens $R/tokens/$d.h5 $(call flag,prefix,$(method-prefix)) --method $m \
  $(call flag,posterior,$(posterior.$m)) $(call flag,content-free,$(content-free)) $(drawing) $(SAMPLE_FLAGS)
work := predict:$(passes)
$(stage)
endef
$(foreach m,$(sort $(METHODS) $(SHIFT_METHODS) $(METHOD)),$(foreach d,$(DATASET),$(eval $(value prediction))))
$(foreach m,$(SHIFT_METHODS),$(foreach d,$(SHIFTS) $(CORRUPTED),$(eval $(value prediction))))

# --- Scoring ---
EVALUATED := $(METHODS:%=$R/predictions/%/$(DATASET).h5) $(FOREIGN)
HISTORIES := $(sort $(foreach m,$(METHODS),$(foreach file,$(posterior.$m),$(curves.$(file)))))

target := $R/evaluation.h5
inputs := $(EVALUATED) $(HISTORIES) $(TOKENS)
beside := $(addprefix $R/,evaluation.csv evaluation.json evaluation.txt recommended.txt predictions.csv growth.csv \
  bins.csv evaluation.tex report.html)
command := evaluate --predictions $(EVALUATED) --tokens $(TOKENS) --model $(MODEL:%/=%) --see $R/shift.html \
  $(call flag,histories,$(HISTORIES)) \
  --csv $R/evaluation.csv --json $R/evaluation.json --recommended $R/recommended.txt \
  --predictions-csv $R/predictions.csv --growth-csv $R/growth.csv --bins-csv $R/bins.csv \
  --latex $R/evaluation.tex --html $R/report.html $(if $(FIGURES),--figures $R/figures) $(EVALUATE_FLAGS)
$(stage)

UNSHIFTED := $(SHIFT_METHODS:%=$R/predictions/%/$(DATASET).h5)
SHIFTED_PREDICTIONS := $(foreach d,$(SHIFTS),$(SHIFT_METHODS:%=$R/predictions/%/$d.h5))
UNDER_CORRUPTION := $(foreach d,$(CORRUPTED),$(SHIFT_METHODS:%=$R/predictions/%/$d.h5))

target := $R/shift.h5
inputs := $(UNSHIFTED) $(SHIFTED_PREDICTIONS) $(UNDER_CORRUPTION) $(FOREIGN) $(TOKENS)
beside := $(addprefix $R/,shift.csv shift.json shift.txt shift.html)
command := shift-test --in-distribution $(UNSHIFTED) $(call flag,shifted,$(SHIFTED_PREDICTIONS)) \
  $(call flag,corrupted,$(UNDER_CORRUPTION)) $(call flag,foreign,$(FOREIGN)) \
  --tokens $(TOKENS) --model $(MODEL:%/=%) \
  --csv $R/shift.csv --json $R/shift.json --html $R/shift.html --see $R/report.html \
  $(if $(FIGURES),--figures $R/figures/shift) $(SHIFT_FLAGS)
$(stage)

# A run has one state, and so one file of training texts.
IS_OF_ANOTHER_FILE := $(if $(filter evaluate,$(WANTED)),$(if $(filter $(TOKENS),$(STALE)),$(if \
  $(findstring |$(TRAIN)|,|$(or $(recorded.TRAIN),$(TRAIN))|),,yes)))
$(if $(QUIET),,$(if $(IS_OF_ANOTHER_FILE),$(warning $R is the run of TRAIN=$(recorded.TRAIN), and is replaced by that of \
  TRAIN=$(TRAIN) (hint: another RUNS= keeps both))))

.PHONY: evaluate shift-test recorded
evaluate: $R/evaluation.h5
shift-test: $R/shift.h5
# With make -q (is there anything to do?), a goal that has a recipe would always say yes.
ifeq ($(findstring q,$(DRY)),)
evaluate: recorded
	$(if $(QUIET),@:,@cat $R/evaluation.txt; echo "report: $R/report.html")
recorded: $R/evaluation.h5
	@printf '%s\n' $(TO_RECORD) > $R/.settings.partial && mv -T $R/.settings.partial $R/.settings \
	  || { echo "make: $R/.settings cannot be written" >&2; exit 74; }
shift-test:
	$(if $(QUIET),@:,@cat $R/shift.txt; echo "report: $R/shift.html")
endif

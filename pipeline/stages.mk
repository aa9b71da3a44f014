# The rules: settings become the flags of one command per file, and a file waits for the files that it is made from.
#
# A file is made anew when it is missing, when its command is another than the one that made it, or when a file that it is
# made from is made anew or has another content. It is not made anew for a rebuilt program, a touched or moved file,
# another number of threads or another launcher. pipeline/produce runs the command, publishes the file and notes beside it
# what it was made from; pipeline/settle compares contents with these notes. Times decide nothing.

# $(call flag,NAME,VALUE): nothing where the setting is empty, so that the stage's own default holds.
flag = $(if $(strip $2),--$(strip $1) $(strip $2))

# What changes no result, and so is no part of the command that a file remembers. A stage gets the cores that make's
# other jobs leave it; under a launcher it asks its scheduler. Expanded in recipes: only there does make know its -j.
CORES := $(shell nproc)
JOBS = $(if $(filter -j,$(MAKEFLAGS)),$(CORES),$(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),1))
OWN_THREADS = $(if $(RUN),,$(shell echo $$(( $(CORES) > $(JOBS) ? $(CORES) / $(JOBS) : 1 ))))
OPTIONS = $(strip $(call flag,threads,$(or $(THREADS),$(OWN_THREADS))) $(if $(QUIET),--quiet))

CHANGED := $(shell pipeline/settle $R $(YOURS))
$(if $(filter 0,$(.SHELLSTATUS)),,$(error $R cannot be read))

# $(call made,FILE,FILES IT IS MADE FROM,COMMAND,FILES WRITTEN BESIDE IT): how one file is made.
made = $(eval $(call rule-of-file,$(strip $1),$2,$\
  $(PROGRAMS)/$(strip $3) $(if $(REPRODUCIBLE),--reproducible )--output $(strip $1).new,$4))
define rule-of-file
FILES += $1
$(eval STALE += $(if $(call is-as-made,$1,$2,$3,$4),,$1))
$1: $(if $(filter $1,$(STALE)),FORCE | $2,|) $(BUILT)
	@pipeline/produce $1 $(if $(RUN),$(RUN) )-- $3 -- $$(OPTIONS) --log-file $(1:$R/%.h5=$R/logs/%.log)
endef
# Not empty where FILE's note has this command, no content has changed, what it is made from is as it was made, and nothing
# that was written with it is missing. Prefixes are a cache: only what is made anew needs them, and makes them if need be.
is-as-made = $(if $(ALWAYS)$(filter $1:%,$(CHANGED))$(filter $(filter-out $R/prefix/%,$2),$(STALE))$\
  $(filter-out $R/prefix/% $(wildcard $1 $4),$1 $4),,$\
  $(findstring command= $1 $3;,$(CHANGED))$(findstring command: $3$(newline),$(file <$(dir $1).$(notdir $1).made)))
# make's flag -B: everything is made anew.
ALWAYS := $(findstring B,$(firstword -$(MAKEFLAGS)))
FORCE:

# --- Members 0, 1, ... with the seeds SEED, SEED + 1, ... ---
$(foreach pair,$(shell for ((i = 0; i < $(MEMBERS); i++)); do echo $$i:$$(($(SEED) + i)); done),$\
  $(eval MEMBER += $(firstword $(subst :, ,$(pair))))$(eval seed.$(subst :, := ,$(pair))))
$(if $(MEMBER),,$(error MEMBERS=$(MEMBERS) and SEED=$(SEED) must be whole numbers, and MEMBERS at least 1))

# --- The methods, from the table that Sources/Posteriors/Catalogue.swift decides ---
# A row's files are those of the run that the method is sampled from, where % stands for each member; `samples` says what
# SAMPLES counts, `options` which flags of drawing the method knows, `except` where it does not apply: `olora+decoder` is
# OLoRA on a decoder.
ENCODER := $(shell grep -s '"model_type": *"bert"' $(MODEL)/config.json)
CASE := $(if $(ENCODER),encoder,decoder) $(or $(strip $(PARAMETRISATION)),lora) $(if $(INITIALIZATION_SEED),,separate-starts)
define method
KNOWN += $1
posterior.$1 := $(if $(findstring %,$2),$(MEMBER:%=$(2:%=$R/%.h5)),$(patsubst %,$R/%.h5,$(filter-out -,$2)))
$(if $(filter -,$3),,SAMPLING.$3 += $1)
$(foreach option,$(filter-out -,$(subst $(comma), ,$4)),KNOWS.$(option) += $1$(newline))
EXCEPT.$1 := $(foreach case,$(filter-out -,$(subst $(comma), ,$5)),$(if $(filter-out $(CASE),$(subst +, ,$(case))),,$(case)))
endef
$(foreach row,$(shell tail -n +2 pipeline/methods.tsv | tr '\t' '|'),$\
  $(eval $(call method,$(word 1,$(subst |, ,$(row))),$(word 2,$(subst |, ,$(row))),$(word 3,$(subst |, ,$(row))),$\
    $(word 4,$(subst |, ,$(row))),$(word 5,$(subst |, ,$(row))))))
VARIATIONAL := blob me-lora scalabl

# `all` is every method that applies.
EVERY := $(foreach m,$(KNOWN),$(if $(EXCEPT.$m),,$m))
$(foreach v,METHODS SHIFT_METHODS,$(if $(filter all,$($v)),$(eval override $v := $(EVERY))))
$(foreach m,$(METHODS) $(SHIFT_METHODS),$(if $(filter $m,$(KNOWN)),,\
  $(error METHODS: '$m' is none of $(sort $(KNOWN)), and not all$(call did-you-mean,$m,$(KNOWN) all))))
$(foreach m,$(METHODS) $(SHIFT_METHODS),$(if $(EXCEPT.$m),\
  $(error METHODS: $m does not apply to $(subst +, with ,$(firstword $(EXCEPT.$m))) (README.md$(comma) Methods))))

# --- The base and the tokens ---
BASE := $R/base.h5
$(call made,$(BASE),,pretrain-load --model $(MODEL:%/=%))

tokens = $(1:%=$R/tokens/%.h5)
# $(call tokenized,NAME IN THE RUN,DATA SET,FLAGS)
tokenized = $(call made,$(call tokens,$1),,tokenize --model $(MODEL:%/=%) --dataset $2 \
  $(call flag,train,$(TRAIN.$2)) $(call flag,test,$(TEST.$2)) $(call flag,template,$(or $(TEMPLATE.$2),$(TEMPLATE))) \
  $(call flag,format,$(FORMAT.$2)) $(call flag,maximum-length,$(MAXIMUM_LENGTH)) \
  $(if $(TRAIN.$2),$(call flag,calibration-fraction,$(CALIBRATION_FRACTION)) \
  $(call flag,seed,$(SPLIT_SEED))) $(TOKENIZE_FLAGS) $3)
CORRUPTED := $(foreach c,$(CORRUPTIONS),$(foreach s,$(SEVERITIES),$(DATASET)-$c-$s))
$(call tokenized,$(DATASET),$(DATASET),$(call flag,limit,$(LIMIT)))
$(foreach d,$(SHIFTS),$(call tokenized,$d,$d))
$(foreach c,$(CORRUPTIONS),$(foreach s,$(SEVERITIES),$\
  $(call tokenized,$(DATASET)-$c-$s,$(DATASET),$(call flag,limit,$(LIMIT)) --corruption $c --severity $s)))

# The questions without content that belong to each set, where a method asks for them.
wanted = $(filter $1,$(METHODS) $(SHIFT_METHODS))
CONTEXTUAL := $(filter %-contextual,$(KNOWN))
$(if $(call wanted,$(CONTEXTUAL)),\
  $(foreach d,$(DATASET) $(SHIFTS),$(call tokenized,$d-content-free,$d,\
    $(if $(filter $d,$(DATASET)),$(call flag,limit,$(LIMIT))) --content-free))\
  $(foreach c,$(CORRUPTIONS),$(foreach s,$(SEVERITIES),$(call tokenized,$(DATASET)-$c-$s-content-free,$(DATASET),\
    $(call flag,limit,$(LIMIT)) --corruption $c --severity $s --content-free))))

# --- The cached hidden states below the adapters, computed once for all members, samples and epochs ---
BELOW := $(filter-out 0,$(firstword $(subst -, ,$(subst $(comma), ,$(LAYERS)))))
# Of the training rows only those that are fitted on, unless a method or a flag takes others: TFB searches on any of them.
ROWS := $(if $(filter tfb,$(METHODS) $(SHIFT_METHODS))$(filter --training-examples% --subsample-seed%,\
  $(FIT_FLAGS) $(LORA_ENSEMBLE_FLAGS) $(VARIATIONAL_FLAGS)),,$(call flag,training-examples,$(TRAINING_EXAMPLES)))
$(if $(BELOW),$(foreach d,$(DATASET) $(SHIFTS) $(CORRUPTED),$(call made,$R/prefix/$d.h5,$(BASE) $(call tokens,$d),\
  compute-prefix --base $(BASE) --tokens $(call tokens,$d) --blocks $(BELOW) $(call flag,precision,$(PRECISION)) $(ROWS))))
# $(call prefix,METHOD,DATA SET): its file, but for methods that train the whole base, or nothing.
prefix = $(if $(BELOW),$(if $(filter base% full%,$1),,$R/prefix/$2.h5))
POINT_PREFIX := $(call prefix,point,$(DATASET))

# --- Fitting ---
# $(call fitted,METHOD,MEMBER,DROPOUT,FLAGS IN PLACE OF PARAMETRISATION,FLAGS)
fitted = $(call made,$R/adapters/$1-$2.h5,$(BASE) $(call tokens,$(DATASET)) $(call prefix,$1,$(DATASET)),fit-adapters \
  --base $(BASE) --tokens $(call tokens,$(DATASET)) $(call flag,prefix,$(call prefix,$1,$(DATASET))) \
  --method $1 --seed $(seed.$2) $(if $(filter full,$1),,$(call flag,layers,$(LAYERS))) \
  $(or $4,$(call flag,parametrisation,$(PARAMETRISATION))) $(call flag,precision,$(PRECISION)) $(call flag,rank,$(RANK)) \
  $(call flag,alpha,$(ALPHA)) $(call flag,targets,$(TARGETS)) $(call flag,dropout,$3) \
  $(call flag,learning-rate,$(LEARNING_RATE)) $(call flag,warmup,$(WARMUP)) $(call flag,decay,$(DECAY)) \
  $(call flag,epochs,$(EPOCHS)) $(call flag,steps,$(STEPS)) $(call flag,batch-size,$(BATCH_SIZE)) \
  $(call flag,weight-decay,$(WEIGHT_DECAY)) $(call flag,training-examples,$(TRAINING_EXAMPLES)) \
  $(if $(filter full,$1),,$(call flag,product-penalty,$(PRODUCT_PENALTY))) \
  $(call flag,base-divergence,$(BASE_DIVERGENCE)) $(call flag,initialization-seed,$(INITIALIZATION_SEED)) \
  $(FIT_FLAGS) $5)
$(foreach i,$(MEMBER),$(call fitted,point,$i,$(DROPOUT)))
$(call fitted,dropout,0,$(MC_DROPOUT))
$(if $(call wanted,full full-ensemble),\
  $(foreach i,$(MEMBER),$(call fitted,full,$i,0,--parametrisation full,$(FULL_FLAGS))))
# All members in one file, the first with the seed SEED.
$(if $(call wanted,lora-ensemble),\
  $(call fitted,lora-ensemble,0,$(DROPOUT),,--members $(MEMBERS) $(LORA_ENSEMBLE_FLAGS)))
$(foreach m,$(VARIATIONAL),$(if $(call wanted,$m $m-mean),\
  $(call fitted,$m,0,0,--variational $m $(VARIATIONAL_FLAGS))))

# What goes on from an adapter of point reads beside it, and how that is said.
POINT := $(BASE) $(call tokens,$(DATASET)) $(POINT_PREFIX)
POINT_FLAGS := --base $(BASE) --tokens $(call tokens,$(DATASET)) $(call flag,prefix,$(POINT_PREFIX))
# $(call collected,FOLDER,MEMBER,FLAGS)
collected = $(call made,$R/$1/$2.h5,$(POINT) $R/adapters/point-$2.h5,collect-swag \
  $(POINT_FLAGS) --adapter $R/adapters/point-$2.h5 \
  $(call flag,learning-rate,$(SWAG_LEARNING_RATE)) $(call flag,epochs,$(SWAG_EPOCHS)) \
  $(call flag,collections,$(SWAG_COLLECTIONS)) $(call flag,deviations,$(SWAG_RANK)) $3)
$(foreach i,$(MEMBER),$(call collected,swag,$i,$(SWAG_FLAGS)))
$(if $(call wanted,aswa),$(call collected,aswa,0,--accept $(ASWA_ACCEPT)))

# The adapter of member 0 with the scale of TFB's noise.
$(if $(call wanted,tfb),$(call made,$R/tfb/0.h5,$(POINT) $R/adapters/point-0.h5,\
  bayesianize-adapter $(POINT_FLAGS) --adapter $R/adapters/point-0.h5 $(TFB_FLAGS)))

# $(call curved,PARAMETERS,MEMBER)
curved = $(call made,$R/curvature/$1-$2.h5,$(POINT) $R/adapters/point-$2.h5,collect-curvature \
  $(POINT_FLAGS) --adapter $R/adapters/point-$2.h5 --parameters $1 \
  $(call flag,rank,$(LAPLACE_RANK)) $(call flag,exact-width,$(LAPLACE_EXACT_WIDTH)) \
  $(call flag,criterion,$(LAPLACE_CRITERION)) $(call flag,prior-precision,$(LAPLACE_PRIOR_PRECISION)))
$(if $(call wanted,laplace laplace-probit laplace-sampled),$(call curved,all,0))
$(if $(call wanted,laplace-last-layer),$(call curved,last-layer,0))

# --- Predicting ---
predictions = $(foreach d,$2,$(1:%=$R/predictions/%/$d.h5))
# $(call predicted,METHOD,DATA SET)
predicted = $(call made,$(call predictions,$1,$2),$(BASE) $(call tokens,$2) $(call prefix,$1,$2) $(posterior.$1) \
  $(if $(filter $1,$(CONTEXTUAL)),$(call tokens,$2-content-free)),sample-posterior \
  --base $(BASE) --tokens $(call tokens,$2) $(call flag,prefix,$(call prefix,$1,$2)) --method $1 \
  $(call flag,posterior,$(posterior.$1)) \
  $(if $(filter $1,$(CONTEXTUAL)),--content-free $(call tokens,$2-content-free)) \
  $(if $(filter $1,$(SAMPLING.parameters)),--samples $(SAMPLES) --seed $(SEED)) \
  $(if $(filter $1,$(KNOWS.draws)),$(call flag,draws,$(DRAWS))) \
  $(if $(filter $1,$(KNOWS.scale)),$(call flag,scale,$(SCALE))) \
  $(if $(filter $1,$(SAMPLING.logits)),--samples $(LAPLACE_SAMPLES) --seed $(SEED)) $(SAMPLE_FLAGS))
$(foreach m,$(sort $(METHODS) $(SHIFT_METHODS)),$(call predicted,$m,$(DATASET)))
$(foreach m,$(SHIFT_METHODS),$(foreach d,$(SHIFTS) $(CORRUPTED),$(call predicted,$m,$d)))

# --- Scoring ---
# What was fitted for METHODS, and what that went on from: these files hold the curves of their training. ASWA's is
# that of SWAG with fewer snapshots.
HISTORIES := $(sort $(filter-out $R/aswa/% $R/tfb/% $R/curvature/%,$(foreach m,$(METHODS),$(posterior.$m) \
  $(foreach begin,swag/ aswa/ tfb/ curvature/all- curvature/last-layer-,$\
  $(posterior.$m:$R/$(begin)%=$R/adapters/point-%)))))

EVALUATED := $(call predictions,$(METHODS),$(DATASET))
$(call made,$R/evaluation.h5,$(EVALUATED) $(HISTORIES),evaluate \
  --predictions $(EVALUATED) $(call flag,histories,$(HISTORIES)) --csv $R/evaluation.csv --json $R/evaluation.json \
  --predictions-csv $R/predictions.csv --growth-csv $R/growth.csv --html $R/report.html $(EVALUATE_FLAGS),\
  $(addprefix $R/,evaluation.csv evaluation.json evaluation.txt predictions.csv growth.csv report.html))

SHIFTED_PREDICTIONS := $(call predictions,$(SHIFT_METHODS),$(SHIFTS))
UNDER_CORRUPTION := $(call predictions,$(SHIFT_METHODS),$(CORRUPTED))
UNSHIFTED := $(call predictions,$(SHIFT_METHODS),$(DATASET))
$(call made,$R/shift.h5,$(UNSHIFTED) $(SHIFTED_PREDICTIONS) $(UNDER_CORRUPTION),shift-test \
  --in-distribution $(UNSHIFTED) $(call flag,shifted,$(SHIFTED_PREDICTIONS)) $(call flag,corrupted,$(UNDER_CORRUPTION)) \
  --csv $R/shift.csv --json $R/shift.json --html $R/shift.html $(SHIFT_FLAGS),\
  $(addprefix $R/,shift.csv shift.json shift.txt shift.html))

.PHONY: evaluate shift-test
evaluate: $R/evaluation.h5
shift-test: $R/shift.h5
# Asked whether there is anything to do (make -q), a goal with a recipe would always say yes.
ifeq ($(findstring q,$(DRY)),)
evaluate:
	$(if $(QUIET),@:,@cat $R/evaluation.txt; echo "report: $R/report.html")
shift-test:
	$(if $(QUIET),@:,@cat $R/shift.txt; echo "report: $R/shift.html")
endif

# Predictions, and what is made of them: `evaluate` with its table and report, `shift-test`, and the settings of a run that
# was evaluated. The blocks are explained in sets.mk.

# --- Predicting: method $m on the set $d ---
# What it draws: linearised draws are of the logits.
drawn = $(if $(and $(filter draws,$(options.$m)),$(filter linearised,$(DRAWS))),logits,$(samples.$m))
# The flags that the columns of methods.tsv ask for.
samples.parameters := --samples $(SAMPLES) --seed $(SEED)
samples.logits := --samples $(LAPLACE_SAMPLES) --seed $(SEED)
option.draws := $(call flag,draws,$(DRAWS))
option.scale := $(call flag,scale,$(SCALE))
drawing = $(samples.$(drawn)) $(foreach option,$(options.$m),$(option.$(option)))

# Passes over the set, for the time left: of each member, one for each draw. Draws of logits share two. Without draws of its
# own, a file is read once for each of the members, snapshots or draws of a chain that it holds.
passes.parameters := $(SAMPLES)
passes.logits := 2
passes.- = $(or $(held.$m),1)
held.lora-ensemble := $(MEMBERS)
held.batch-ensemble := $(MEMBERS)
held.repulsive := $(MEMBERS)
held.snapshots := $(MEMBERS)*$(or $(call value-of,--cycle-snapshots,$(SNAPSHOT_FLAGS)),1)
held.sghmc := $(MEMBERS)*$(or $(call value-of,--cycle-snapshots,$(SGHMC_FLAGS)),1)
held.tickets := $(MEMBERS)*$(or $(call value-of,--cycle-snapshots,$(TICKET_FLAGS)),1)
held.extracted := $(or $(call value-of,--members,$(EXTRACT_FLAGS)),$(if $(ADAPTER),5,$(MEMBERS)))
held.extracted-random = $(held.extracted)
held.hmc := $(or $(call value-of,--draws,$(CHAIN_FLAGS)),200)
passes = $(words $(or $(posterior.$m),base))*$(passes.$(drawn))

# Methods without adapters, or with a whole base of their own, share no states below the adapters.
method-prefix = $(if $(filter-out $R/library/%,$(posterior.$m:$R/adapters/full-%=)),$(prefix))
content-free = $(if $(filter %-contextual,$m),$R/tokens/$d-content-free.h5)
versions = $(if $(filter %-consistent,$m),$R/tokens/$d-versions.h5)

define prediction
target := $R/predictions/$m/$d.h5
inputs := $(BASE) $R/tokens/$d.h5 $(posterior.$m) $(content-free) $(versions)
caches := $(method-prefix)
command := sample-posterior --base $(BASE) --tokens $R/tokens/$d.h5 $(call flag,prefix,$(method-prefix)) --method $m \
  $(call flag,posterior,$(posterior.$m)) $(call flag,content-free,$(content-free)) \
  $(call flag,version-tokens,$(versions)) $(drawing) $(SAMPLE_FLAGS)
work := predict:$(passes)
$(stage)
endef
PREDICTED := $(if $(TEXTS),,$(DATASET))
$(foreach m,$(sort $(METHODS) $(SHIFT_METHODS) $(METHOD)),$(foreach d,$(PREDICTED),$(eval $(value prediction))))
$(foreach m,$(SHIFT_METHODS),$(foreach d,$(SHIFTS) $(CORRUPTED),$(eval $(value prediction))))

# --- Writing: method $m writes TEXTS answers with each draw, where answers are written and not chosen ---
texts-of-a-draw = $(or $(TEXTS.$m),$(TEXTS))

define texts
target := $R/texts/$m/$(DATASET).h5
inputs := $(BASE) $(TOKENS) $(posterior.$m)
command := generate-answers --base $(BASE) --tokens $(TOKENS) --model $(MODEL:%/=%) --method $m \
  $(call flag,posterior,$(posterior.$m)) $(drawing) --texts $(texts-of-a-draw) $(STOP:%=--stop-word=%) \
  $(WRITE_FLAGS)
work := write:$(passes)*$(texts-of-a-draw)
$(stage)
endef
$(if $(TEXTS),$(foreach m,$(sort $(METHODS)),$(eval $(value texts))))

# --- Judging: which texts of a question entail each other, by the method point of the run ENTAILMENT ---
JUDGE := $(ENTAILMENT:%/=%)

define judged
target := $R/entailment/$m/$(DATASET).h5
inputs := $R/texts/$m/$(DATASET).h5
command := judge-entailment --generated $R/texts/$m/$(DATASET).h5 --base $(JUDGE)/base.h5 \
  --tokens $(call tokens-of-runs,$(JUDGE)) --model $(ENTAILMENT_MODEL:%/=%) --method point \
  --posterior $(JUDGE)/adapters/point-0.h5 $(JUDGE_FLAGS)
work := judge:1
$(stage)
endef
$(if $(TEXTS),$(if $(JUDGE),$(foreach m,$(sort $(METHODS)),$(eval $(value judged)))))
JUDGED := $(if $(JUDGE),$(METHODS:%=$R/entailment/%/$(DATASET).h5))

define written
target := $R/written.h5
inputs := $(METHODS:%=$R/texts/%/$(DATASET).h5) $(JUDGED)
beside := $(addprefix $R/,written.csv written.json written.txt written-answers.csv written.html)
command := evaluate-answers --generated $(METHODS:%=$R/texts/%/$(DATASET).h5) $(call flag,entailment,$(JUDGED)) \
  --model $(MODEL:%/=%) --csv $R/written.csv --json $R/written.json --answers-csv $R/written-answers.csv \
  --html $R/written.html $(EVALUATE_FLAGS)
$(stage)
endef
$(if $(TEXTS),$(eval $(value written)))

# --- Scoring ---
EVALUATION := $(if $(TEXTS),$R/written.h5,$R/evaluation.h5)
EVALUATED := $(METHODS:%=$R/predictions/%/$(DATASET).h5) $(FOREIGN)
HISTORIES := $(sort $(foreach m,$(METHODS),$(foreach file,$(posterior.$m),$(curves.$(file)))))

define evaluation
target := $R/evaluation.h5
inputs := $(EVALUATED) $(HISTORIES) $(TOKENS)
beside := $(addprefix $R/,evaluation.csv evaluation.json evaluation.txt recommended.txt predictions.csv growth.csv \
  collapse.csv bins.csv evaluation.tex report.html)
command := evaluate --predictions $(EVALUATED) --tokens $(TOKENS) --model $(MODEL:%/=%) --see $R/shift.html \
  $(call flag,histories,$(HISTORIES)) $(call flag,calibrators,$(CALIBRATORS)) \
  --csv $R/evaluation.csv --json $R/evaluation.json --recommended $R/recommended.txt \
  --predictions-csv $R/predictions.csv --growth-csv $R/growth.csv \
  --collapse-csv $R/collapse.csv --bins-csv $R/bins.csv \
  --latex $R/evaluation.tex --html $R/report.html $(if $(FIGURES),--figures $R/figures) $(EVALUATE_FLAGS)
$(stage)
endef
$(if $(TEXTS),,$(eval $(value evaluation)))

UNSHIFTED := $(SHIFT_METHODS:%=$R/predictions/%/$(DATASET).h5)
SHIFTED_PREDICTIONS := $(foreach d,$(SHIFTS),$(SHIFT_METHODS:%=$R/predictions/%/$d.h5))
SHIFTED_TOKENS := $(SHIFTS:%=$R/tokens/%.h5)
UNDER_CORRUPTION := $(foreach d,$(CORRUPTED),$(SHIFT_METHODS:%=$R/predictions/%/$d.h5))

define shifted
target := $R/shift.h5
inputs := $(UNSHIFTED) $(SHIFTED_PREDICTIONS) $(UNDER_CORRUPTION) $(FOREIGN) $(TOKENS) $(SHIFTED_TOKENS)
beside := $(addprefix $R/,shift.csv shift.json shift.txt shift.html)
command := shift-test --in-distribution $(UNSHIFTED) $(call flag,shifted,$(SHIFTED_PREDICTIONS)) \
  $(call flag,corrupted,$(UNDER_CORRUPTION)) $(call flag,foreign,$(FOREIGN)) \
  --tokens $(TOKENS) $(call flag,shifted-tokens,$(SHIFTED_TOKENS)) --model $(MODEL:%/=%) \
  --csv $R/shift.csv --json $R/shift.json --html $R/shift.html --see $R/report.html \
  $(if $(FIGURES),--figures $R/figures/shift) $(SHIFT_FLAGS)
$(stage)
endef
$(if $(TEXTS),,$(eval $(value shifted)))

# A run has one state, and so one file of training texts.
IS_OF_ANOTHER_FILE := $(if $(filter evaluate,$(WANTED)),$(if $(filter $(TOKENS),$(STALE)),$(if \
  $(findstring |$(TRAIN)|,|$(or $(recorded.TRAIN),$(TRAIN))|),,yes)))
$(if $(QUIET),,$(if $(IS_OF_ANOTHER_FILE),$(warning $R is the run of TRAIN=$(recorded.TRAIN), and is replaced by that of \
  TRAIN=$(TRAIN) (hint: another RUNS= keeps both))))

.PHONY: evaluate shift-test recorded
evaluate: $(EVALUATION)
shift-test: $R/shift.h5
# With make -q (is there anything to do?), a goal that has a recipe would always say yes.
ifeq ($(findstring q,$(DRY)),)
evaluate: recorded
	$(if $(QUIET),@:,@cat $(EVALUATION:.h5=.txt); echo "report: $R/$(if $(TEXTS),written,report).html")
recorded: $(EVALUATION)
	@printf '%s\n' $(TO_RECORD) > $R/.settings.partial && mv -T $R/.settings.partial $R/.settings \
	  || { echo "make: $R/.settings cannot be written" >&2; exit 74; }
shift-test:
	$(if $(QUIET),@:,@cat $R/shift.txt; echo "report: $R/shift.html")
endif

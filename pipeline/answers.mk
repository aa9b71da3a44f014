# Answers to new texts: the forecasts of METHOD for the file NEW, and the decisions about them. Nothing is fitted for them:
# the run is used as `evaluate` left it.

# New texts are read as the others: with this flag, bytes that are not UTF-8 are replaced.
REPLACE := $(filter --replace,$(TOKENIZE_FLAGS))
NEW_COLUMNS := $(call flag,text-column,$(NEW_TEXT)) $(call flag,second-text-column,$(NEW_TEXT_B)) \
  $(call flag,label-column,$(NEW_LABEL)) $(call flag,id-column,$(NEW_ID)) $(call flag,encoding,$(NEW_ENCODING))
PARTS := $(if $(NEW),$(shell seq $(SHARDS)))

define forecasts
target := $(ANSWERS_FOLDER)/$i.h5
inputs := $(BASE) $(TOKENS) $(posterior.$m)
command := predict --base $(BASE) --tokens $(TOKENS) --model $(MODEL:%/=%) --method $m \
  $(call flag,posterior,$(posterior.$m)) $(drawing) --new $(NEW) $(NEW_COLUMNS) $(REPLACE) --shard $i/$(SHARDS) \
  $(SAMPLE_FLAGS)
work := forecast:1
$(stage)
endef

define decisions
target := $(ANSWERS_FOLDER)/answers.h5
inputs := $(PARTS:%=$(ANSWERS_FOLDER)/%.h5) $R/predictions/$m/$(DATASET).h5 $(TOKENS)
beside := $(addprefix $(ANSWERS_FOLDER)/,answers.csv shares.csv label-next.csv)
command := decide --forecasts $(PARTS:%=$(ANSWERS_FOLDER)/%.h5) --predictions $R/predictions/$m/$(DATASET).h5 \
  --tokens $(TOKENS) --new $(NEW) $(call flag,risk,$(RISK)) $(call flag,delta,$(DELTA)) \
  $(call flag,chosen-from,$(CHOSEN_FROM)) $(call flag,coverage,$(COVERAGE)) $(call flag,sets,$(CONFORMAL)) \
  $(call flag,prior,$(PRIOR)) --answers-csv $(ANSWERS_FOLDER)/answers.csv --shares-csv $(ANSWERS_FOLDER)/shares.csv \
  --label-next-csv $(ANSWERS_FOLDER)/label-next.csv
$(stage)
endef
$(if $(NEW),$(foreach m,$(METHOD),$(foreach i,$(PARTS),$(eval $(value forecasts)))$(eval $(value decisions))))

# --- Shards without texts ---
# `predict` divides the texts into blocks of up to so many rows, and the blocks among the shards.
BLOCK_ROWS := 256
# How many shards the texts fill, if that is fewer than SHARDS. A line is taken for a text.
FULL_SHARDS := $(if $(word 2,$(PARTS)),$(shell \
  lines=$$({ gzip -cdf < $(NEW) || true; } 2> /dev/null | head -n $$(($(SHARDS) * $(BLOCK_ROWS))) | wc -l); \
  blocks=$$(((lines + $(BLOCK_ROWS) - 1) / $(BLOCK_ROWS))); [ $(SHARDS) -le $$blocks ] || echo $$((blocks > 1 ? blocks : 1))))
$(if $(FULL_SHARDS),$(if $(METHOD),$(if $(QUIET),,$(warning SHARDS=$(SHARDS) leaves shards without texts$(comma) since a \
  shard has blocks of up to $(BLOCK_ROWS) rows (hint: SHARDS=$(FULL_SHARDS) is enough for $(NEW))))))

# --- Answers to another file stay ---
# Where that file has the same content under another path, its answers hold for this one too: settle says so in CHANGED.
ANSWERED := $(if $(NEW),$(filter-out $(NEW),$(shell sed -n 's/^command: .* --new \([^ ]*\) .*/\1/p' \
  $(wildcard $(ANSWERS_FOLDER)/.*.h5.made) /dev/null)))
ANOTHER_NAME = $(or $(filter-out .%,$(lastword $(subst /, ,$(dir $(NEW))))),other)-$(ANSWERS)
$(if $(ANSWERED),$(if $(findstring --new $(NEW) ,$(CHANGED)),,$(error $(ANSWERS_FOLDER) has the answers to \
  $(firstword $(ANSWERED)) (hint: ANSWERS=$(ANOTHER_NAME)$(comma) or another name$(comma) puts those to $(NEW) into a \
  folder of their own))))

# --- What predict needs of the run and does not make ---
NEEDED := $(BASE) $(TOKENS) $(foreach m,$(METHODS) $(METHOD),$(posterior.$m)) $(HISTORIES) $(EVALUATED) $R/evaluation.h5
UNFIT := $(if $(ANSWERING),$(filter $(NEEDED),$(STALE)))
NOT_COMPARED := $(filter-out $(METHODS),$(METHOD))
why-unfit = $(or \
  $(if $(DIFFERENCES),; $(subst $(close) ,$(close)$(comma) ,$(DIFFERENCES)) (hint: leave that out$(comma) since the settings \
    of the run are taken over; or run make evaluate with it first)),\
  $(if $(NOT_COMPARED), (hint: run make evaluate with $(NOT_COMPARED) among METHODS first)),\
  $(space)(hint: something has changed since then; make status with the settings of the run names it))
$(if $(UNFIT),$(error predict fits nothing$(comma) and $R is not what these settings ask for: \
  $(wordlist 1,3,$(UNFIT:$R/%.h5=%))$(if $(word 4,$(UNFIT)), and $(words $(wordlist 4,999,$(UNFIT))) more) would \
  have to be made$(why-unfit)))

.PHONY: predict
predict: $(if $(METHOD),$(ANSWERS_FOLDER)/answers.h5,$R/evaluation.h5)
# With make -q (is there anything to do?), a goal that has a recipe would always say yes.
ifeq ($(findstring q,$(DRY)),)
predict:
ifneq ($(METHOD),)
	$(if $(QUIET),@:,@cat $(ANSWERS_FOLDER)/answers.txt; echo "answers: $(ANSWERS_FOLDER)/answers.csv")
else
# Only now is it known which method evaluate recommends: a make of its own describes what is made of it.
predict: $(if $(ANSWERING),,recorded)
	@method=$$($(if $(and $(DRY),$(filter $R/evaluation.h5,$(STALE))),false,cat $R/recommended.txt 2> /dev/null)) \
	  || { echo "make: evaluate has not recommended a method yet" >&2; \
	  exit $(if $(DRY),0,70); }; $(MAKE) $(AGAIN) predict METHOD=$$method CHOSEN_FROM=$(words $(METHODS))
endif
endif

# Clients that learn together. Each has a folder of its own, with the tokens of its data and its adapters; in each round it
# fits an adapter and averages it with those of the others. Of another client it reads `sent-ROUND.h5` and nothing else.
# Rounds are files that depend on each other, so a killed make resumes with the same bytes.

ROUND := $(if $(CLIENTS),$(shell seq $(or $(ROUNDS),3)))
LAST_ROUND := $(lastword $(ROUND))
# What every table has beside TRUST: clients that keep their own adapter, and the plain average.
TRUSTS := $(if $(CLIENTS),none average $(filter-out none average,$(TRUST)))

# --- The clients ---
# A client is local if its data are here. Others are known by the adapters in their folder, in the layout of a run's, as
# another machine sends them; one that is not there yet is left out of the round.
$(foreach c,$(CLIENTS),$(if $(TRAIN.$c),,$(eval TRAIN.$c := $(firstword $(foreach e,jsonl csv tsv,$(wildcard \
  $(CLIENT_DATA)/$c/train.$e)))))$(if $(TEST.$c),,$(eval TEST.$c := $(firstword $(foreach e,jsonl csv tsv,$(wildcard \
  $(CLIENT_DATA)/$c/test.$e)))))$(if $(FORMAT.$c),,$(eval FORMAT.$c := $(FORMAT.$(DATASET)))))
LOCAL := $(foreach c,$(CLIENTS),$(if $(TRAIN.$c),$c))
# $(call sent,CLIENT) is the adapter that it sends in round $k, and $(call fitted,CLIENT) the one that it keeps. The first
# round is the same for every kind of trust $s.
leg = $(if $(filter-out 1,$k),$s/)
sent = $(if $(filter $1,$(LOCAL)),$R/clients/$1/$(leg)sent-$k.h5,$(or $(call arrived,$(CLIENT_DATA)/$1/$(leg)sent-$k),-))
# What has arrived under a name: an adapter file, or a PEFT folder.
arrived = $(firstword $(wildcard $1.h5) $(patsubst %/adapter_config.json,%,$(wildcard $1/adapter_config.json)))
fitted = $R/clients/$1/$(leg)fit-$k.h5

define client-tokens
source.$c := $c
changes.$c := $(call flag,limit,$(LIMIT))
target := $R/clients/$c/tokens.h5
command := tokenize $(questions)
options := --needs-choices
$(stage)
endef
$(foreach c,$(LOCAL),$(foreach d,$c,$(eval $(value client-tokens))))

# The cached hidden states below the adapters, as in sets.mk, and what every stage on a client's data reads.
client-prefix = $(if $(BLOCKS_BELOW),$R/clients/$c/prefix.h5)
client-inputs = --base $(BASE) --tokens $R/clients/$c/tokens.h5 $(call flag,prefix,$(client-prefix))

define client-prefix-states
target := $(client-prefix)
inputs := $(BASE) $R/clients/$c/tokens.h5
command := compute-prefix --base $(BASE) --tokens $R/clients/$c/tokens.h5 $(prefix-flags)
$(stage)
endef
$(if $(BLOCKS_BELOW),$(foreach c,$(LOCAL),$(eval $(value client-prefix-states))))

# The questions that all clients share, for TRUST=predictions.
SHARED := $(if $(filter predictions,$(TRUSTS)),$(REFERENCE))
define shared-tokens
source.reference := reference
TEST.reference := $(REFERENCE)
FORMAT.reference := $(FORMAT.$(DATASET))
CLASSES.reference := $(TRAIN.$(firstword $(LOCAL)))
target := $R/clients/reference.h5
command := tokenize $(questions)
options := --needs-choices
$(stage)
endef
$(if $(SHARED),$(foreach d,reference,$(eval $(value shared-tokens))))

# --- The rounds ---
define client-fit
target := $(call fitted,$c)
inputs := $(BASE) $R/clients/$c/tokens.h5 $(if $(before),$R/clients/$c/$s/round-$(before).h5)
caches := $(client-prefix)
command := fit-adapters $(client-inputs) --method point --seed $(SEED) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(TRAINING) \
  $(if $(before),--from $R/clients/$c/$s/round-$(before).h5 $(call flag,moments,$(MOMENTS)),$(call flag,from,$(START:%/=%)))
work := fit:1
$(stage)

target := $(call sent,$c)
inputs := $(call fitted,$c) $R/clients/$c/tokens.h5
command := share-adapter --adapter $(call fitted,$c) --tokens $R/clients/$c/tokens.h5
$(stage)
endef

# The clients whose adapters a client takes in, itself included.
others = $(if $(filter none,$s),$c,$(CLIENTS))
SOFTENING := $(call flag,temperature,$(TEMPERATURE))
TRUST_FLAGS.weights := $(call flag,similarity,$(SIMILARITY)) $(SOFTENING)
TRUST_FLAGS.validation := $(SOFTENING)
TRUST_FLAGS.predictions := --reference $R/clients/reference.h5 $(SOFTENING)
TRUST_FLAGS.theoretical := $(call flag,mixtures,$(MIXTURES))

define client-round
target := $R/clients/$c/$s/round-$k.h5
inputs := $(BASE) $R/clients/$c/tokens.h5 $(call fitted,$c) $(foreach o,$(filter $(LOCAL),$(others)),$(call sent,$o)) \
  $(if $(filter predictions,$s),$R/clients/reference.h5)
caches := $(client-prefix)
beside := $R/clients/$c/$s/round-$k.csv
command := exchange-adapters $(client-inputs) --adapter $(call fitted,$c) --client $c \
  --clients $(others) --adapters $(foreach o,$(others),$(call sent,$o)) --trust $s $(TRUST_FLAGS.$s) \
  $(if $(filter $k,$(LAST_ROUND)),--membership) $(EXCHANGE_FLAGS) \
  --trust-csv $R/clients/$c/$s/round-$k.csv
$(stage)
endef
before :=
$(foreach k,$(ROUND),\
  $(foreach s,$(if $(before),$(TRUSTS),none),$(foreach c,$(LOCAL),$(eval $(value client-fit))))\
  $(foreach s,$(TRUSTS),$(foreach c,$(LOCAL),$(eval $(value client-round))))\
  $(eval before := $k))

# --- What came of it ---
define client-predictions
target := $R/clients/$c/$s/predictions.h5
inputs := $(BASE) $R/clients/$c/tokens.h5 $R/clients/$c/$s/round-$(LAST_ROUND).h5
caches := $(client-prefix)
command := sample-posterior $(client-inputs) --method point \
  --posterior $R/clients/$c/$s/round-$(LAST_ROUND).h5 $(SAMPLE_FLAGS)
work := predict:1
$(stage)
endef
$(foreach c,$(LOCAL),$(foreach s,$(TRUSTS),$(eval $(value client-predictions))))

FINAL := $(foreach s,$(TRUSTS),$(LOCAL:%=$R/clients/%/$s/round-$(LAST_ROUND).h5))
SCORED := $(foreach s,$(TRUSTS),$(LOCAL:%=$R/clients/%/$s/predictions.h5))
define collaboration
target := $R/collaboration.h5
inputs := $(FINAL) $(SCORED)
beside := $R/collaboration.csv $R/trust.csv $R/collaboration.html
command := compare-clients --adapters $(FINAL) --predictions $(SCORED) --rounds $(LAST_ROUND) \
  --csv $R/collaboration.csv --trust-csv $R/trust.csv --html $R/collaboration.html
$(stage)
endef
$(if $(CLIENTS),$(eval $(value collaboration)))

.PHONY: collaborate
collaborate: $R/collaboration.h5
# With make -q (is there anything to do?), a goal that has a recipe would always say yes.
ifeq ($(findstring q,$(DRY)),)
collaborate:
	$(if $(QUIET),@:,@cat $R/collaboration.txt; echo "report: $R/collaboration.html")
endif

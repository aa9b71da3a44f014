# What is fitted: the adapters, and what starts from an adapter of `point`. The blocks are explained in sets.mk.

# --- Adapters ---
# Every adapter trains on the tokens of DATASET, with the cached states if there are any.
TRAINING_PREFIX := $(if $(BLOCKS_BELOW),$R/prefix/$(DATASET).h5)
TRAINING_FLAGS := --base $(BASE) --tokens $(TOKENS) $(call flag,prefix,$(TRAINING_PREFIX))

# The flags of fit-adapters, in the order of its commands: what is trained, --dropout, and how.
ADAPTER_KIND := $(if $(CLASSIFIER),--head classifier) $(call flag,layers,$(LAYERS)) $(call flag,parametrisation,$(PARAMETRISATION))
ADAPTER_SIZE := $(call flag,precision,$(PRECISION)) $(call flag,rank,$(RANK)) $(call flag,alpha,$(ALPHA)) \
  $(call flag,targets,$(TARGETS))
OPTIMIZATION := $(call flag,learning-rate,$(LEARNING_RATE)) $(call flag,warmup,$(WARMUP)) $(call flag,decay,$(DECAY)) \
  $(call flag,epochs,$(EPOCHS)) $(call flag,steps,$(STEPS)) $(call flag,batch-size,$(BATCH_SIZE)) \
  $(call flag,weight-decay,$(WEIGHT_DECAY)) $(call flag,weight-decay-b,$(WEIGHT_DECAY_B)) \
  $(if $(KEEP_BEST),--keep-best) $(call flag,training-examples,$(TRAINING_EXAMPLES))
PENALTY := $(call flag,product-penalty,$(PRODUCT_PENALTY))
OTHER_FLAGS := $(call flag,base-divergence,$(BASE_DIVERGENCE)) \
  $(call flag,class-weights,$(if $(CLASS_WEIGHTS),'$(CLASS_WEIGHTS)')) \
  $(call flag,initialization-seed,$(INITIALIZATION_SEED)) $(FIT_FLAGS)
SHAPE := $(ADAPTER_KIND) $(ADAPTER_SIZE)
TRAINING := $(OPTIMIZATION) $(PENALTY) $(OTHER_FLAGS)
# What FIT_FLAGS may say of the optimizer or the parametrisation of all fits, for those that have another one.
OF_IVON := --sample-size --curvature --curvature-decay --newton-clip
OF_SGHMC := --friction --temperature
OF_NOLA := --bases --bases-seed

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
  $(ADAPTER_SIZE) --dropout 0 $(OPTIMIZATION) $(call without,$(OF_NOLA),$(OTHER_FLAGS)) $(FULL_FLAGS)
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

# The same with members that share A and B, or that repel each other.
define coupled
target := $R/adapters/$m-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method $m --seed $(seed.0) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(TRAINING) --members $(MEMBERS) $($m-flags)
work := fit:$(MEMBERS)
curves := $(target)
$(stage)
endef
batch-ensemble-flags = --batch-ensemble $(BATCH_ENSEMBLE_FLAGS)
repulsive-flags = --repulsion 1 $(REPULSIVE_FLAGS)
$(foreach m,batch-ensemble repulsive,$(eval $(value coupled)))

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
$(foreach m,blob me-lora scalabl rank-1,$(eval $(value variational)))

# The adapter with rank masks.
target := $R/adapters/rank-masks-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method rank-masks --seed $(seed.0) $(if $(CLASSIFIER),--head classifier) \
  $(call flag,layers,$(LAYERS)) --parametrisation rank-masks $(ADAPTER_SIZE) $(call flag,dropout,$(DROPOUT)) $(TRAINING) \
  $(RANK_MASK_FLAGS)
work := fit:1
curves := $(target)
$(stage)

# The adapters of member $i that IVON fits.
define ivon
target := $R/adapters/ivon-$i.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method ivon --seed $(seed.$i) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(call without,$(OF_SGHMC),$(TRAINING)) --optimizer ivon $(IVON_FLAGS)
work := fit:1
curves := $(target)
$(stage)
endef
$(foreach i,$(MEMBER),$(eval $(value ivon)))

# The snapshots of one fit, by AdamW, by SGHMC and under masks; in all as many steps as point.
define cycles
target := $R/adapters/$m-0.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method $m --seed $(seed.0) $(SHAPE) \
  $(call flag,dropout,$(DROPOUT)) $(or $($m-training),$(TRAINING)) --cycles $(MEMBERS) $($m-flags)
work := fit:1
curves := $(target)
$(stage)
endef
snapshots-flags = $(SNAPSHOT_FLAGS)
sghmc-training = $(call without,$(OF_IVON),$(TRAINING))
sghmc-flags = --optimizer sghmc $(SGHMC_FLAGS)
tickets-flags = --density 0.5 $(TICKET_FLAGS)
$(foreach m,snapshots sghmc tickets,$(eval $(value cycles)))

# --- What starts from an adapter of point ---
# Not empty where it has a curve of its own.
TRAINED_POINT := $(if $(ADAPTER),,yes)

# Snapshots of the weights, of member $i in the folder $f: for SWAG, and those that ASWA ($a) and SWAD accept. A fit of its
# own collects them, with as many steps as that of point; with SWAG_EPOCHS, or with adapters that were not fitted here,
# training goes on from point. SWAG's has a curve; the others have the same steps. ASWA and SWAD choose on the calibration
# split themselves, so that KEEP_BEST is not for them.
SNAPSHOTS := $(call flag,collections,$(SWAG_COLLECTIONS)) $(call flag,deviations,$(SWAG_RANK))
COLLECTS_AFTER := $(strip $(SWAG_EPOCHS) $(ADAPTER))

define snapshots-within
target := $R/$f/$i.h5
inputs := $(BASE) $(TOKENS)
caches := $(TRAINING_PREFIX)
command := fit-adapters $(TRAINING_FLAGS) --method $f --seed $(seed.$i) $(SHAPE) \
  $(call flag,dropout,$(if $(filter dna,$f),$(MC_DROPOUT),$(DROPOUT))) \
  $(filter-out $(if $(filter swag,$f),,--keep-best),$(TRAINING)) $(call flag,collect-from,$(SWAG_FROM)) \
  $(call flag,collect-rate,$(SWAG_LEARNING_RATE)) $(if $(filter swad dna,$f),,$(SNAPSHOTS)) $a
work := fit:1
curves := $(if $(filter swag dna,$f),$(target))
$(stage)
endef

define snapshots-after
target := $R/$f/$i.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-$i.h5
caches := $(TRAINING_PREFIX)
command := collect-swag $(TRAINING_FLAGS) --adapter $R/adapters/point-$i.h5 \
  $(call flag,learning-rate,$(SWAG_LEARNING_RATE)) $(call flag,epochs,$(SWAG_EPOCHS)) \
  $(if $(filter swad,$f),,$(SNAPSHOTS)) $a
work := fit:1
curves := $(TRAINED_POINT:%=$R/adapters/point-$i.h5) $(if $(filter swag,$f),$(target))
$(stage)
endef

collect = $(eval $(value snapshots-$(if $(COLLECTS_AFTER),after,within)))
f := swag
a := $(SWAG_FLAGS)
$(foreach i,$(MEMBER),$(collect))
i := 0
f := aswa
a := --accept $(ASWA_ACCEPT)
$(collect)
f := swad
a := --accept swad
$(collect)
# DNA's is a fit of its own under dropout, whatever the others go on from.
f := dna
a := $(if $(SWAG_FROM),,--collect-from 0.5) --accept swad --diversity 0.1 $(DNA_FLAGS)
$(eval $(value snapshots-within))

# A chain of draws that starts from member $i.
define chain
target := $R/chain/$i.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-$i.h5
caches := $(TRAINING_PREFIX)
command := collect-chain $(TRAINING_FLAGS) --adapter $R/adapters/point-$i.h5 $(CHAIN_FLAGS)
work := chain:1
curves := $(TRAINED_POINT:%=$R/adapters/point-$i.h5)
$(stage)
endef
$(foreach i,$(MEMBER),$(eval $(value chain)))

# The adapter of member 0 with the scale of TFB's noise, by the paper's rule and by that of the authors' program.
define tfb
target := $R/tfb/$(rule:%=%-)0.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-0.h5
caches := $(TRAINING_PREFIX)
command := bayesianize-adapter $(TRAINING_FLAGS) --adapter $R/adapters/point-0.h5 $(TFB_FLAGS) \
  $(call flag,tolerance-rule,$(rule))
curves := $(TRAINED_POINT:%=$R/adapters/point-0.h5)
$(stage)
endef
rule :=
$(eval $(value tfb))
rule := authors
$(eval $(value tfb))

# Sub-models of the adapter of member 0, by trained gates and by the same gates at random. ADAPTER counts its folders as
# members, of which there is mostly one.
define extracted
target := $R/extracted/$(gates:%=%-)0.h5
inputs := $(BASE) $(TOKENS) $R/adapters/point-0.h5
caches := $(TRAINING_PREFIX)
command := extract-ensemble $(TRAINING_FLAGS) --adapter $R/adapters/point-0.h5 $(if $(ADAPTER),,--members $(MEMBERS)) \
  --seed $(seed.0) $(gates:%=--%-gates) $(EXTRACT_FLAGS)
work := extract:1
curves := $(TRAINED_POINT:%=$R/adapters/point-0.h5)
$(stage)
endef
gates :=
$(eval $(value extracted))
gates := random
$(eval $(value extracted))

# The curvature around member 0: of all adapters, of those of the last block, and exactly of small cores.
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
$(foreach p,all last-layer exact,$(eval $(value curvature)))

# --- The library: the adapters of other runs, each with the tokens of its fit ---
LIBRARY_RUNS := $(LIBRARY:%/=%)
ENTRIES := $(LIBRARY_RUNS:%=%/adapters/point-0.h5)
tokens-of-runs = $(foreach e,$1,$e/tokens/$(notdir $e).h5)
ENTRY_TOKENS := $(call tokens-of-runs,$(LIBRARY_RUNS))

target := $R/library/0.h5
inputs := $(BASE) $(TOKENS)
command := index-adapters --base $(BASE) --tokens $(TOKENS) $(call flag,adapters,$(ENTRIES)) \
  $(call flag,examples,$(ENTRY_TOKENS)) $(call flag,top,$(TOP)) $(LIBRARY_FLAGS)
$(if $(LIBRARY),$(stage))

# The same with a router, which is trained on the training questions of ROUTER_TASKS.
target := $R/library/routed-0.h5
inputs := $(BASE) $(TOKENS) $R/library/0.h5
command := route-adapters --base $(BASE) --tokens $(TOKENS) --library $R/library/0.h5 \
  $(call flag,examples,$(call tokens-of-runs,$(ROUTER_TASKS:%/=%))) --seed $(SEED) $(ROUTER_FLAGS)
$(if $(LIBRARY),$(stage))

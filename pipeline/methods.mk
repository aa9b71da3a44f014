# The methods, read from methods.tsv, the table that Sources/Posteriors/Sampling/Catalogue.swift decides. Of a method m:
#
#   posterior.m  the files of the run that it is sampled from, one for each member where the table has a %
#   samples.m    what SAMPLES counts: `parameters`, `logits`, or - for a method without randomness
#   options.m    the flags of drawing that it knows
#   except.m     why it does not apply to this base and these settings; empty where it does
#   mute.m       not empty where TEXTS asks for texts and it cannot write any

# --- Members 0, 1, ... with the seeds SEED, SEED + 1, ... in seed.0, seed.1, ... ---
# Each folder of ADAPTER is a member, adapter.0, adapter.1, ...
$(if $(ADAPTER),$(eval override MEMBERS := $(words $(ADAPTER))))
MEMBER :=
define member
MEMBER += $(firstword $(subst :, ,$(pair)))
seed.$(firstword $(subst :, ,$(pair))) := $(lastword $(subst :, ,$(pair)))
endef
PAIRS := $(shell for ((i = 0; i < $(MEMBERS); i++)); do echo $$i:$$(($(SEED) + i)); done)
$(foreach pair,$(PAIRS),$(eval $(value member)))
$(foreach i,$(MEMBER),$(eval adapter.$i := $(patsubst %/,%,$(word $(words $(wordlist 1,$i,$(ADAPTER)) x),$(ADAPTER)))))
$(if $(MEMBER),,$(error MEMBERS=$(MEMBERS) and SEED=$(SEED) must be whole numbers, and MEMBERS at least 1))

# $(call value-of,--draws,FLAGS): the value that FLAGS give --draws, with a blank or = before it.
value-of = $(call behind,$1,$(subst =, ,$2))
behind = $(if $2,$(if $(filter $1,$(firstword $2)),$(word 2,$2),$(call behind,$1,$(wordlist 2,$(words $2),$2))))
# $(call without,--draws --seed,FLAGS): FLAGS but for --draws and --seed and their values.
without = $(if $(firstword $2),$(filter-out $1 $(addsuffix =%,$1),$(firstword $2)) $(call without,$1,$(wordlist \
  $(if $(filter $1,$(firstword $2)),3,2),$(words $2),$2)))

# --- The table ---
# The words that hold of this run. An exception such as `olora+decoder` holds where all of its words do. Where the kind
# of the base is not known, no exception that names it holds.
OTHER_LOSS := $(filter --focal% --label-smoothing%,$(FIT_FLAGS)) \
  $(foreach v,CLASS_WEIGHTS PRODUCT_PENALTY BASE_DIVERGENCE,$(if $(filter-out 0 0.0,$($v)),$v))
CASE := $(KIND_OF_BASE) $(or $(strip $(PARAMETRISATION)),lora) $(if $(INITIALIZATION_SEED),,separate-starts) \
  $(if $(KEEP_BEST)$(filter --keep-best,$(FIT_FLAGS)),keep-best) \
  $(if $(filter-out 0 0.0,$(call value-of,--gradient-clip,$(FIT_FLAGS))),gradient-clip) \
  $(if $(strip $(OTHER_LOSS)),other-loss) \
  $(if $(filter goemotions labels,$(FORMAT.$(DATASET))),several-labels) \
  $(if $(filter votes numbers,$(FORMAT.$(DATASET))),shared-labels)
# What an exception is called in messages, and what to do about it; $m is the method.
PARAMETRISATIONS := lora olora nola tt-lora b-lora-xs
of-parametrisation = PARAMETRISATION=$(or $(strip $(PARAMETRISATION)),lora)
other-parametrisation = it applies to $(filter-out $(exceptions.$m),$(PARAMETRISATIONS))
$(foreach p,$(PARAMETRISATIONS),$(eval case.$p = $$(of-parametrisation))$(eval remedy.$p = $$(other-parametrisation)))
case.encoder := an encoder$(comma) which has no answers before its head is trained
remedy.encoder := point fits it
case.olora+decoder = $(of-parametrisation) on a decoder$(comma) where all members would begin alike
case.b-lora-xs+decoder = $(case.olora+decoder)
remedy.olora+decoder = PARAMETRISATION=lora
remedy.b-lora-xs+decoder = $(remedy.olora+decoder)
case.nola+separate-starts = $(of-parametrisation) where every member begins at its own seed
case.tt-lora+separate-starts = $(case.nola+separate-starts)
remedy.nola+separate-starts := INITIALIZATION_SEED=0 lets all begin alike
remedy.tt-lora+separate-starts := $(remedy.nola+separate-starts)
case.gradient-clip := clipped gradients$(comma) which are not those of the posterior
remedy.gradient-clip := leave --gradient-clip out of FIT_FLAGS
case.keep-best := early stopping: its file holds snapshots of the whole fit and no best epoch
remedy.keep-best = leave $(or $(KEEP_BEST:%=KEEP_BEST),--keep-best) out
case.several-labels = FORMAT.$(DATASET)=$(FORMAT.$(DATASET))$(comma) where several labels may apply to a text
remedy.several-labels := leave it out
case.shared-labels = FORMAT.$(DATASET)=$(FORMAT.$(DATASET))$(comma) where a text has no single label
remedy.shared-labels := leave it out
case.other-loss := another loss than the cross-entropy
remedy.other-loss = leave $(strip $(OTHER_LOSS)) out

KNOWN :=
define method
columns := $(subst |, ,$(row))
m := $(word 1,$(columns))
KNOWN += $m
file := $(filter-out -,$(word 2,$(columns)))
posterior.$m := $(if $(findstring %,$(file)),$(MEMBER:%=$(file:%=$R/%.h5)),$(file:%=$R/%.h5))
samples.$m := $(word 3,$(columns))
options.$m := $(filter-out -,$(subst $(comma), ,$(word 4,$(columns))))
exceptions.$m := $(filter-out -,$(subst $(comma), ,$(word 5,$(columns))))
except.$m := $(strip $(foreach exception,$(exceptions.$m),\
  $(if $(filter-out $(CASE),$(subst +, ,$(exception))),,$(exception))))
unless-named.$m := $(filter unless-named,$(exceptions.$m))
needs-fit.$m := $(if $(ADAPTER),$(filter-out adapters/point-%,$(filter adapters/% dna/%,$(file))))
of-library.$m := $(filter library/%,$(file))
mute.$m := $(if $(TEXTS),$(filter -,$(word 6,$(columns))))
endef
$(foreach row,$(shell tail -n +2 $(HERE)pipeline/methods.tsv | tr '\t' '|'),$(eval $(value method)))

# --- METHODS and SHIFT_METHODS: `all` is every method that applies and need not be named ---
APPLICABLE := $(foreach m,$(KNOWN),$(if $(except.$m)$(unless-named.$m)$(needs-fit.$m)$(if $(LIBRARY),,$(of-library.$m)),,$m))
EVERY := $(strip $(foreach m,$(APPLICABLE),$(if $(mute.$m),,$m)))
MUTE := $(filter-out $(EVERY),$(APPLICABLE))
$(if $(and $(filter all,$(METHODS)),$(filter evaluate,$(WANTED)),$(MUTE)),$(if $(QUIET),,$(warning METHODS=all leaves out what \
  cannot write texts: $(MUTE))))
$(foreach v,METHODS SHIFT_METHODS,$(if $(filter all,$($v)),$(eval override $v := $(EVERY))))
# METHOD names one of them.
$(if $(filter all,$(METHOD)),$(error METHOD=$(METHOD): must be one method (hint: without METHOD= the \
  one that evaluate recommends answers)))
$(foreach v,METHODS SHIFT_METHODS METHOD,$(foreach m,$($v),\
  $(if $(filter $m,$(KNOWN)),,$(error $v: '$m' is none of $(sort $(KNOWN))$(if $(filter METHOD,$v),,$(comma) and not \
    all)$(call did-you-mean,$m,$(KNOWN) $(if $(filter METHOD,$v),,all))))\
  $(if $(except.$m),\
    $(error $v: $m does not apply to $(case.$(firstword $(except.$m))) (hint: $(remedy.$(firstword $(except.$m))))))\
  $(if $(mute.$m),$(error $v: $m predicts choices and cannot write texts$(comma) as TEXTS=$(TEXTS) asks (hint: these can: \
    $(EVERY))))\
  $(if $(LIBRARY),,$(if $(of-library.$m),\
    $(error $v: $m chooses among the adapters of LIBRARY$(comma) which is empty (hint: LIBRARY=runs/one/own \
    runs/other/own names the runs that fitted them))))\
  $(if $(needs-fit.$m),$(error $v: $m trains an adapter of its own$(comma) and ADAPTER= names trained ones \
    (hint: $(EVERY) apply)))))

# --- The controls of a library ---
# A method that looks at the text must beat those that do not, so these always stand beside it.
CONTROLS := uniform random-gate
$(foreach v,METHODS SHIFT_METHODS,$(if $(strip $(foreach m,$($v),$(of-library.$m))),\
  $(eval override $v := $($v) $(filter-out $($v),$(CONTROLS)))))

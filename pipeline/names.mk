# The names on the command line: every goal and every setting that is given is known, or make stops here.

GOALS := help evaluate shift-test predict collaborate status show stale prune packages build lint test goldens torture test-models \
  test-portable bench curves results almanac clean $(if $(wildcard $(HERE)packaging),install uninstall deb test-package)
$(foreach g,$(filter-out $(GOALS) $R/% .build/%,$(MAKECMDGOALS)),$(error there is no goal $g$(if $(findstring /,$g),\
  (hint: the files of this run are $R/...; EXPERIMENT= and RUNS= name another run),$(call did-you-mean,$g,$(GOALS)) \
  (hint: the goals are $(strip $(GOALS))$(if $(GIVEN),; a value with a blank stands in quotes)))))

# What works on the project itself is run in its own folder.
$(if $(HERE),$(foreach g,$(filter packages build lint test goldens torture test-models test-portable almanac \
  install uninstall deb test-package,$(MAKECMDGOALS)),\
  $(error make $g works on the project: run it in $(HERE) (hint: make -C $(HERE) $g))))

# METHOD is the one of predict; elsewhere it is a misspelt METHODS.
override NOT_HERE := $(if $(filter predict status $R/%,$(MAKECMDGOALS)),,METHOD)
SETTINGS := FILE MARCH PROGRAMS $(call settings-of,$(HERE)pipeline/settings.mk) $(call settings-of,$(EXPERIMENT_FILE)) \
  $(if $(filter install uninstall,$(MAKECMDGOALS)),PREFIX DESTDIR) \
  $(foreach p,TRAIN TEST TEMPLATE FORMAT CLASSES,$(addprefix $p.,$(DATASET) $(SHIFTS) $(CLIENTS))) \
  $(METHODS:%=TEXTS.%)
# The comparisons with PyTorch and the torture have settings of their own, which their files name.
ifeq ($(filter torture bench curves,$(MAKECMDGOALS)),)
$(foreach v,$(filter-out $(filter-out $(NOT_HERE),$(SETTINGS)),$(GIVEN)),$(error $v is no setting of $(EXPERIMENT)$(call \
  did-you-mean,$v,$(filter-out $(NOT_HERE),$(SETTINGS))) (hint: make help lists them)))
endif

# Paths are checked for every goal: even `make clean` works in one.
$(foreach v,MODEL DATA NEW RUNS CLIENT_DATA START MIXTURES ENTAILMENT ENTAILMENT_MODEL PROGRAMS PREFIX DESTDIR,\
  $(if $(word 2,$($v)),$(error $v=$($v): a blank cannot stand in a path (hint: a symbolic link gives it a plainer name))))
$(if $(NEW),$(if $(findstring /,$(ANSWERS))$(if $(filter-out .%,$(ANSWERS)),,no),\
  $(error ANSWERS=$(ANSWERS): must be the name of a folder$(comma) without a slash and not beginning with a dot)))
$(foreach c,$(CLIENTS),$(if $(findstring /,$c)$(filter .% -% reference $(DATASET) $(SHIFTS),$c),\
  $(error CLIENTS: '$c' cannot name a client (hint: names have no slash$(comma) begin with no dot or hyphen$(comma) and are \
  not those of data sets)),))
$(if $(filter-out -%,$(RUNS)),,$(error RUNS=$(RUNS): must be a folder$(comma) and not begin with -))

# The settings that a run was evaluated with. `evaluate` stores those of its command line in the run's file .settings, as
# lines NAME=value. `predict` takes them over, so that nobody has to repeat them. This file is included before the
# experiment, whose other settings may follow from them.

# Settings are what settings.mk and the experiment assign, the files, template and format of each data set, and the texts
# of each method.
override settings-of = $(foreach sign,:= ?= =,$(patsubst %@$(sign),%,$(filter %@$(sign),\
  $(subst $(space)$(sign),@$(sign) ,$(subst $(newline), ,$(file <$1))))))
# Those that are given anew each time: where and how to run, and what predict does with the run.
override OF_ONE_COMMAND := EXPERIMENT RUNS THREADS RUN QUIET SHARE NEW NEW_TEXT NEW_TEXT_B NEW_LABEL NEW_ID NEW_ENCODING \
  ANSWERS METHOD SHARDS RISK DELTA CHOSEN_FROM COVERAGE CONFORMAL PRIOR RESULTS_EXPERIMENTS RESULTS_SEEDS RESULTS_PLAN
override OF_A_RUN := $(filter-out $(OF_ONE_COMMAND),$(call settings-of,$(HERE)pipeline/settings.mk) \
  $(call settings-of,$(EXPERIMENT_FILE))) TRAIN.% TEST.% TEMPLATE.% FORMAT.% CLASSES.% \
  TEXTS.%

# The goals that answer new texts by a run that has been evaluated before.
override ANSWERING := $(if $(filter evaluate,$(MAKECMDGOALS)),,$(filter \
  predict $(RUNS)/$(EXPERIMENT)/answers/%,$(MAKECMDGOALS)))

# --- Reading: recorded.NAME is the value of NAME ---
override RECORD := $(if $(ANSWERING)$(filter evaluate,$(MAKECMDGOALS)),$(wildcard $(RUNS)/$(EXPERIMENT)/.settings))
override RECORD_TEXT := $(if $(RECORD),$(file <$(RECORD)))
$(foreach c,$(call special-in,$(RECORD_TEXT)),$(error $(RECORD) is damaged: the character $c cannot stand in a \
  setting (hint: remove it$(comma) and run make evaluate with the settings of the run)))
# A bar, which no value has, stands for a blank while the lines are words.
override RECORDED :=
$(foreach line,$(subst $(newline), ,$(subst $(space),|,$(RECORD_TEXT))),\
  $(foreach v,$(filter $(OF_A_RUN),$(firstword $(subst =, ,$(line)))),\
  $(eval override RECORDED += $v)$(eval override recorded.$v := $$(subst |,$$(space),$$(patsubst $v=%,%,$$(line))))))

# --- Taking over ---
$(if $(ANSWERING),$(foreach v,$(filter-out $(GIVEN),$(RECORDED)),$(eval override $v := $$(recorded.$v))))

# --- Storing ---
# The lines to store, quoted for the shell.
TO_RECORD = $(foreach v,$(sort $(filter $(OF_A_RUN),$(GIVEN))),'$v=$($v)')
# How the command line differs from what is stored.
DIFFERENCES := $(strip $(foreach v,$(filter $(OF_A_RUN),$(GIVEN)),$(if $(findstring |$(value $v)|,|$(recorded.$v)|),,\
  $v=$(value $v) (evaluate had $(if $(filter $v,$(RECORDED)),$v=$(recorded.$v),no $v=)))))

# Settings are checked before the first second of computing: a misspelt name or a folder that is not there stops here.

GIVEN := $(foreach v,$(.VARIABLES),$(if $(findstring command line,$(origin $v)),$v))
is-setting = $(shell grep -Eqs '^$1 *[:?]?=|[$$][(]$1[),:]' pipeline/settings.mk $(EXPERIMENT_FILE) && echo yes)
$(foreach v,$(filter-out FILE LOCKED MARCH,$(GIVEN)),$(if $(call is-setting,$v),,\
  $(call stop,$v is no setting of $(EXPERIMENT),make help lists them)))

# The shell and make would take these characters for their own; in a path they are refused rather than misread.
define SPECIAL
' " ` ; & | < > * ? [ ] { } ( ) ! ~ \ # $$
endef
$(foreach v,$(filter-out RUN,$(GIVEN)),$(foreach c,$(SPECIAL),$(if $(findstring $c,$(value $v)),\
  $(call stop,$v=$(value $v): the character $c cannot stand in a setting,a symbolic link gives a path a plainer name))))
$(foreach v,EXPERIMENT MODEL DATA RUNS,$(if $(word 2,$($v)),\
  $(call stop,$v=$($v): a blank cannot stand in a path,a symbolic link gives it a plainer name)))

$(if $(filter-out float32 bfloat16,$(PRECISION)),$(call stop,PRECISION=$(PRECISION): float32 or bfloat16 is wanted))
$(if $(filter-out independent antithetic lattice,$(DRAWS)),\
  $(call stop,DRAWS=$(DRAWS): independent$(comma) antithetic or lattice is wanted))
$(foreach v,QUIET REPRODUCIBLE,$(if $(filter-out 1 yes,$($v)),$(call stop,$v=$($v): yes is wanted$(comma) or nothing)))
$(foreach v,METHODS SHIFT_METHODS,$(if $(filter $(words $($v)),$(words $(sort $($v)))),,\
  $(call stop,$v names a method twice)))
$(foreach v,METHODS $(if $(filter shift-test,$(WANTED)),SHIFT_METHODS),$(if $(strip $($v)),,\
  $(call stop,$v is empty,the table of methods in README.md names them)))

$(foreach v,MODEL DATA DATASET,$(if $($v),,$(call stop,$(EXPERIMENT) needs $v,make evaluate EXPERIMENT=$(EXPERIMENT) \
  MODEL=folder-of-the-model DATA=folder-of-the-questions)))
$(if $(wildcard $(RUNS)),$(if $(wildcard $(RUNS)/.),,$(call stop,RUNS=$(RUNS) is no folder)))
$(if $(wildcard $(MODEL)/config.json),,$(call stop,MODEL=$(MODEL): there is no $(MODEL)/config.json,\
  a Hugging Face model folder is wanted))
where-files-are = $(if $(filter own,$(EXPERIMENT)),\
  TRAIN TEST and SHIFTED are paths with blanks between them and none within,\
  DATA=$(DATA) is where $(EXPERIMENT) looks for it)
$(if $(TRAIN.$(DATASET))$(if $(filter-out base base-contextual,$(METHODS)),,$(TEST.$(DATASET))),,\
  $(call stop,$(EXPERIMENT) has no questions to train on,\
  $(if $(filter own,$(EXPERIMENT)),TRAIN= names their files,DATA=$(DATA) is where it looks for them)))
$(foreach d,$(DATASET) $(if $(filter shift-test,$(WANTED)),$(SHIFTS)),\
  $(if $(TRAIN.$d)$(TEST.$d),,$(call stop,$(EXPERIMENT) has no files for $d,DATA=$(DATA) is where it looks for them))\
  $(foreach f,$(TRAIN.$d) $(TEST.$d),$(if $(wildcard $f),,$(call stop,$f: no such file,$(where-files-are)))))

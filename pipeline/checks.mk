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
$(foreach v,METHODS $(if $(filter shift-test,$(WANTED)),SHIFT_METHODS),$(if $(strip $($v)),,\
  $(call stop,$v is empty,the table of methods in README.md names them)))

$(foreach v,MODEL DATA DATASET,$(if $($v),,$(call stop,$(EXPERIMENT) needs $v,make evaluate EXPERIMENT=$(EXPERIMENT) \
  MODEL=folder-of-the-model DATA=folder-of-the-questions)))
$(if $(wildcard $(MODEL)/config.json),,$(call stop,MODEL=$(MODEL): there is no $(MODEL)/config.json,\
  a Hugging Face model folder is wanted))
where-files-are = $(if $(filter own,$(EXPERIMENT)),\
  blanks stand between the files of TRAIN TEST and SHIFTED and none can stand in a path,\
  DATA=$(DATA) is where $(EXPERIMENT) looks for it)
$(foreach d,$(DATASET) $(if $(filter shift-test,$(WANTED)),$(SHIFTS)),\
  $(if $(TRAIN.$d)$(TEST.$d),,$(call stop,$(EXPERIMENT) has no files for $d,\
  $(if $(filter own,$(EXPERIMENT)),TRAIN= and TEST= name them,DATA=$(DATA) is where it looks for them)))\
  $(foreach f,$(TRAIN.$d) $(TEST.$d),$(if $(wildcard $f),,$(call stop,$f: no such file,$(where-files-are)))))

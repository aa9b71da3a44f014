# Settings are checked before the first second of computing: a misspelt name or a folder that is not there stops here.

$(foreach v,METHODS SHIFT_METHODS,$(if $(filter $(words $($v)),$(words $(sort $($v)))),,\
  $(call stop,$v names a method twice)))
$(foreach v,METHODS $(if $(filter shift-test,$(WANTED)),SHIFT_METHODS),$(if $(strip $($v)),,\
  $(call stop,$v is empty,the table of methods in README.md names them)))

OWN := $(filter own,$(EXPERIMENT))
$(foreach v,MODEL DATA DATASET,$(if $($v),,$(call stop,$(EXPERIMENT) needs $v,make evaluate EXPERIMENT=$(EXPERIMENT) \
  MODEL=folder-of-the-model $(if $(OWN),TRAIN=file-to-train-on TEST=file-to-test-on,DATA=folder-of-the-questions))))
$(if $(wildcard $(RUNS)),$(if $(wildcard $(RUNS)/.),,$(call stop,RUNS=$(RUNS) is not a folder)))
$(if $(wildcard $(MODEL)/config.json),,$(call stop,MODEL=$(MODEL): there is no $(MODEL)/config.json,\
  a Hugging Face model folder is wanted))
where-files-are = $(if $(OWN),\
  TRAIN TEST and SHIFTED are paths with blanks between them and none within,\
  DATA=$(DATA) is where $(EXPERIMENT) looks for it)
$(if $(TRAIN.$(DATASET))$(if $(filter-out base base-contextual,$(METHODS)),,$(TEST.$(DATASET))),,\
  $(call stop,$(EXPERIMENT) has no questions to train on,\
  $(if $(OWN),TRAIN= names their files,DATA=$(DATA) is where it looks for them)))
$(foreach d,$(DATASET) $(if $(filter shift-test,$(WANTED)),$(SHIFTS)),\
  $(if $(TRAIN.$d)$(TEST.$d),,$(call stop,$(EXPERIMENT) has no files for $d,DATA=$(DATA) is where it looks for them))\
  $(foreach f,$(TRAIN.$d) $(TEST.$d),$(if $(wildcard $f),,$(call stop,$f: no such file,$(where-files-are)))))

# What the base is, told by the program that reads it: `encoder` or `decoder`, and the number of its blocks. Both are
# empty where the program cannot tell: it is not built yet, or refuses the model. Nothing is checked against them then,
# and the stages themselves say what is wrong. (A run builds the programs first, and then includes this file again.)
# $(shell) passes on the whole environment, so env leaves out what no stage gets either.
DESCRIPTION := $(shell [ ! -x $(PROGRAMS)/pretrain-load ] || \
  env -i PATH="$$PATH" LD_LIBRARY_PATH="$${LD_LIBRARY_PATH:-}" \
  $(PROGRAMS)/pretrain-load --model $(MODEL:%/=%) --describe --quiet 2> /dev/null)
KIND_OF_BASE := $(word 1,$(DESCRIPTION))
BLOCKS := $(if $(LAYERS),$(word 2,$(DESCRIPTION)))
LAST_BLOCK := $(lastword $(subst -, ,$(subst $(comma), ,$(LAYERS))))
$(if $(BLOCKS),$(if $(shell [ $(LAST_BLOCK) -lt $(BLOCKS) ] || echo beyond),\
  $(call stop,LAYERS=$(LAYERS): $(MODEL) has $(BLOCKS) blocks and no block $(LAST_BLOCK),they are counted from 0)))

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

# A block that the model does not have, where its configuration says how many there are.
BLOCKS := $(if $(LAYERS),$(shell sed -nE 's/.*"num_hidden_layers" *: *([0-9]+).*/\1/p' $(MODEL)/config.json | head -n 1))
LAST_BLOCK := $(lastword $(subst -, ,$(subst $(comma), ,$(LAYERS))))
$(if $(BLOCKS),$(if $(shell [ $(LAST_BLOCK) -lt $(BLOCKS) ] || echo beyond),\
  $(call stop,LAYERS=$(LAYERS): $(MODEL) has $(BLOCKS) blocks and no block $(LAST_BLOCK),they are counted from 0)))
KIND_OF_BASE := $(if $(shell grep -s '"model_type": *"bert"' $(MODEL)/config.json),encoder,decoder)

# Checks of the settings before anything is computed, so that a misspelt name or a missing folder is reported at once.

$(foreach v,METHODS SHIFT_METHODS,$(if $(filter $(words $($v)),$(words $(sort $($v)))),,\
  $(call stop,$v names a method twice)))
$(foreach v,METHODS $(if $(filter shift-test,$(WANTED)),SHIFT_METHODS),$(if $(strip $($v)),,\
  $(call stop,$v is empty,the table of methods in README.md names them)))
$(if $(filter shift-test $R/shift.h5,$(WANTED)),$(if $(strip $(SHIFTS) $(and $(CORRUPTIONS),$(SEVERITIES))),,\
  $(call stop,shift-test has nothing to test on: both SHIFTS and CORRUPTIONS are empty)))

# Answers that are written are scored by evaluate alone. Where the format is only found in the file, tokenize refuses it
# (NEEDS_CHOICES in sets.mk).
WRITTEN := $(or $(addprefix TEXTS=,$(TEXTS)),$(addprefix FORMAT.$(DATASET)=,$(filter answers,$(FORMAT.$(DATASET)))),\
  $(addprefix TEMPLATE=,$(filter open verbatim chatml,$(or $(TEMPLATE.$(DATASET)),$(TEMPLATE)))))
$(if $(WRITTEN),$(foreach g,$(filter shift-test predict collaborate $R/shift.h5 $R/collaboration.h5 $R/clients/% $R/answers/%,\
  $(WANTED)),$(call stop,$g needs choices$(comma) and with $(WRITTEN) answers are written,\
  $(if $(TEXTS),omit TEXTS where the questions have choices,only evaluate has answers written))))
$(if $(ENTAILMENT),$(if $(TEXTS),,$(call stop,ENTAILMENT=$(ENTAILMENT) is about answers that are written$(comma) and TEXTS is \
  empty,TEXTS=10 has each draw write ten texts for each question)))
$(if $(ENTAILMENT),,$(foreach v,$(filter ENTAILMENT_MODEL JUDGE_FLAGS,$(GIVEN)),$(if $($v),$(call stop,$v is for a run that judges \
  texts$(comma) and ENTAILMENT is empty,ENTAILMENT= names that run))))
$(foreach f,$(if $(ENTAILMENT),base.h5 tokens/$(notdir $(ENTAILMENT:%/=%)).h5 adapters/point-0.h5),$(if $(wildcard \
  $(ENTAILMENT:%/=%)/$f),,$(call stop,ENTAILMENT=$(ENTAILMENT): there is no $(ENTAILMENT:%/=%)/$f,make evaluate \
  EXPERIMENT=entailment METHODS=point makes such a run; its DATASET has the name of its EXPERIMENT)))
$(if $(ENTAILMENT),$(if $(wildcard $(ENTAILMENT_MODEL)/config.json),,$(call stop,ENTAILMENT_MODEL=$(ENTAILMENT_MODEL): there \
  is no $(ENTAILMENT_MODEL)/config.json,it must be the model folder of the run $(ENTAILMENT))))
$(if $(WRITTEN),$(if $(filter evaluate,$(WANTED)),$(if $(TEXTS),,$(call stop,with $(WRITTEN) answers are written$(comma) and \
  TEXTS is empty,TEXTS=10 has each draw write ten texts for each question))))
$(if $(TEXTS),$(foreach v,$(filter CALIBRATORS FOREIGN FIGURES SHARDS VERSIONS SAMPLE_FLAGS SHIFTED SHIFT_METHODS CORRUPTIONS \
  SEVERITIES SHIFT_FLAGS,$(GIVEN)),$(if $($v),$(call stop,$v is for answers that are chosen$(comma) and with TEXTS=$(TEXTS) \
  they are written,omit one of them))))
$(if $(TEXTS),$(if $(filter linearised,$(DRAWS)),$(call stop,DRAWS=linearised predicts choices and cannot write texts$(comma) \
  as TEXTS=$(TEXTS) asks,omit DRAWS)))
$(if $(TEXTS),$(if $(filter aswa,$(METHODS)),$(if $(filter accuracy,$(ASWA_ACCEPT)),$(call stop,ASWA_ACCEPT=accuracy needs \
  choices$(comma) and with TEXTS=$(TEXTS) answers are written,omit it))))
$(if $(TEXTS),,$(foreach v,$(filter STOP WRITE_FLAGS,$(GIVEN)),$(if $($v),$(call stop,$v is for answers that are \
  written$(comma) and TEXTS is empty,TEXTS=10 has each draw write ten texts for each question))))
# What tokenize would refuse after other methods were fitted: versions that no question in these templates has.
WITHOUT.templates := answer sentence
why-without.templates := is the only template for its scoring
WITHOUT.shifts := answer pair statement sentence
why-without.shifts := does not list the choices$(comma) so that another order of them changes nothing
$(if $(filter all %-consistent,$(METHODS) $(if $(filter shift-test,$(WANTED)),$(SHIFT_METHODS))),\
  $(foreach t,$(filter $(WITHOUT.$(VERSIONS)),$(or $(TEMPLATE.$(DATASET)),$(TEMPLATE))),\
  $(call stop,VERSIONS=$(VERSIONS): TEMPLATE=$t $(why-without.$(VERSIONS)),VERSIONS=corruptions)))

# Found here too, and not only after the forecasts.
NUMBERS := $(filter numbers,$(FORMAT.$(DATASET)))
$(if $(and $(NUMBERS),$(filter predict,$(WANTED)),$(RISK)$(PRIOR)),$(call stop,RISK and PRIOR are for classes$(comma) and \
  FORMAT.$(DATASET)=numbers predicts numbers,COVERAGE= is the share of intervals that hold the right number))
OF_CLASSES := $(if $(and $(NUMBERS),$(filter shift-test,$(WANTED))),\
  $(foreach d,$(SHIFTS),$(if $(filter numbers,$(FORMAT.$d)),,$d)))
$(foreach d,$(OF_CLASSES),$(call stop,FORMAT.$(DATASET)=numbers predicts numbers$(comma) and $d of SHIFTS is not in this \
  format,FORMAT.$d=numbers))

$(if $(ANSWERING),$(if $(wildcard $R/evaluation.h5),,$(call stop,predict needs a run that has been evaluated$(comma) and \
  there is no $R/evaluation.h5,run make evaluate EXPERIMENT=$(EXPERIMENT) with the settings of the run first)))
OWN := $(filter own,$(EXPERIMENT))
$(foreach v,MODEL DATA DATASET,$(if $($v),,$(call stop,$(EXPERIMENT) needs $v,make evaluate EXPERIMENT=$(EXPERIMENT) \
  MODEL=folder-of-the-model $(if $(OWN),TRAIN=file-to-train-on TEST=file-to-test-on,DATA=folder-of-the-questions))))
$(if $(wildcard $(RUNS)),$(if $(wildcard $(RUNS)/.),,$(call stop,RUNS=$(RUNS) is not a folder)))
$(if $(wildcard $(MODEL)/config.json),,$(call stop,MODEL=$(MODEL): there is no $(MODEL)/config.json,\
  $(if $(wildcard $(MODEL)/adapter_config.json),this is an adapter: ADAPTER=$(MODEL) and MODEL= its base,\
  MODEL must be a Hugging Face model folder)))
$(foreach f,$(ADAPTER),$(if $(wildcard $f/adapter_config.json),,$(call stop,ADAPTER=$f: there is no \
  $f/adapter_config.json,ADAPTER must name folders that PEFT saved)))
$(if $(ADAPTER),$(foreach v,$(filter MEMBERS RANK ALPHA TARGETS LAYERS PARAMETRISATION DROPOUT MC_DROPOUT WARMUP DECAY \
  EPOCHS STEPS SWAG_FROM WEIGHT_DECAY WEIGHT_DECAY_B KEEP_BEST PRODUCT_PENALTY BASE_DIVERGENCE CLASS_WEIGHTS \
  INITIALIZATION_SEED FIT_FLAGS $(FLAGS_OF_METHODS),$(GIVEN)),$(call stop,$v is a setting of a fit$(comma) and ADAPTER= names \
  trained adapters,omit one of them)))
$(if $(SWAG_EPOCHS),$(if $(filter SWAG_FROM,$(GIVEN)),$(call stop,SWAG_EPOCHS goes on after the fit of point$(comma) and \
  SWAG_FROM is a share of a fit,omit one of them)))
$(foreach e,$(LIBRARY:%/=%),$(foreach f,adapters/point-0.h5 tokens/$(notdir $e).h5,$(if $(wildcard $e/$f),,$(call stop,\
  LIBRARY=$e: there is no $e/$f,$(if $(wildcard $e/adapter_config.json),this is a PEFT folder: a run with ADAPTER=$e makes it \
  one of a library,LIBRARY must name folders of runs that fitted the method point; their DATASET has the name of their \
  EXPERIMENT)))))
$(foreach e,$(filter-out $(LIBRARY:%/=%),$(ROUTER_TASKS:%/=%)),$(call stop,ROUTER_TASKS=$e is not a run of LIBRARY,a router \
  is trained on the questions of adapters that are in the library))
where-files-are = $(if $(OWN),\
  TRAIN TEST and SHIFTED are paths separated by blanks; a path cannot contain blanks,\
  $(EXPERIMENT) looks for it in DATA=$(DATA))
# What needs no training questions.
UNTRAINED := base base-contextual base-consistent \
  $(if $(ADAPTER),point point-contextual point-consistent ensemble ensemble-consistent soup) \
  $(shell awk '$$2 ~ "^library/" { print $$1 }' $(HERE)pipeline/methods.tsv)
# Clients have questions of their own.
COLLABORATIVE := collaborate $R/collaboration.h5 $R/clients/%
ASKED := $(filter-out $(COLLABORATIVE),$(or $(WANTED),status))
$(if $(or $(TRAIN.$(DATASET)),$(if $(ASKED),,yes))$(if $(filter-out $(UNTRAINED),$(METHODS)),,$(TEST.$(DATASET))),,\
  $(call stop,$(EXPERIMENT) has no questions to train on,\
  $(if $(OWN),set TRAIN= to their files,it looks for them in DATA=$(DATA))))
$(foreach d,$(if $(ASKED),$(DATASET)) $(if $(filter shift-test,$(WANTED)),$(SHIFTS)),\
  $(if $(TRAIN.$d)$(TEST.$d),,$(call stop,$(EXPERIMENT) has no files for $d,it looks for them in DATA=$(DATA)))\
  $(foreach f,$(TRAIN.$d) $(TEST.$d),$(if $(wildcard $f),,$(call stop,$f: no such file,$(where-files-are)))))

$(if $(filter predict,$(WANTED)),$(if $(NEW),$(if $(wildcard $(NEW)),,$(call stop,NEW=$(NEW): no such file)),\
  $(call stop,make predict needs NEW=$(comma) the file of new texts,\
  make predict EXPERIMENT=$(EXPERIMENT) NEW=texts.csv RISK=5%)))
$(foreach f,$(FOREIGN),$(if $(wildcard $f),,$(call stop,$f: no such file,\
  FOREIGN= names files of predictions$(comma) separated by blanks)))

# The kind of the base, `encoder` or `decoder`, and the number of its blocks, as pretrain-load reports them. Both are
# empty if this program is not built yet or rejects the model. The checks below are then skipped, and the stages report
# what is wrong. (A run first builds the programs and then includes this file again.) $(shell) passes on the whole
# environment, but stages get a reduced one, and so must this program: hence env -i.
DESCRIPTION := $(shell [ ! -x $(PROGRAMS)/pretrain-load ] || \
  env -i PATH="$$PATH" LD_LIBRARY_PATH="$${LD_LIBRARY_PATH:-}" \
  $(PROGRAMS)/pretrain-load --model $(MODEL:%/=%) --describe --quiet 2> /dev/null)
KIND_OF_BASE := $(word 1,$(DESCRIPTION))
$(if $(and $(TEXTS),$(filter encoder,$(KIND_OF_BASE))),$(call stop,MODEL=$(MODEL) is an encoder$(comma) which cannot write \
  texts$(comma) as TEXTS=$(TEXTS) asks,a decoder can))
# With ADAPTER, the classifier is the setting's default for every base.
$(if $(and $(filter decoder,$(KIND_OF_BASE)),$(filter classifier,$(HEAD)),$(if $(ADAPTER),$(filter HEAD,$(GIVEN)),yes)),\
  $(call stop,HEAD=classifier: $(MODEL) is a decoder$(comma) which answers by its own output layer,omit HEAD))
BLOCKS := $(if $(LAYERS),$(word 2,$(DESCRIPTION)))
LAST_BLOCK := $(lastword $(subst -, ,$(subst $(comma), ,$(LAYERS))))
$(if $(BLOCKS),$(if $(shell [ $(LAST_BLOCK) -lt $(BLOCKS) ] || echo beyond),\
  $(call stop,LAYERS=$(LAYERS): $(MODEL) has $(BLOCKS) blocks and no block $(LAST_BLOCK),blocks are counted from 0)))

# --- collaborate ---
COLLABORATING := $(filter $(COLLABORATIVE),$(WANTED))
$(if $(COLLABORATING),$(if $(word 2,$(CLIENTS)),,$(call stop,collaborate needs two or more CLIENTS,\
  make collaborate CLIENTS="ann ben" with their data in $(CLIENT_DATA)/ann/train.jsonl and so on)))
$(if $(COLLABORATING),$(foreach c,$(CLIENTS),$(if $(TRAIN.$c)$(wildcard $(CLIENT_DATA)/$c/.),,\
  $(call stop,there is no folder $(CLIENT_DATA)/$c,it holds train.jsonl of the client $c; or set TRAIN.$c))))
$(if $(COLLABORATING),$(if $(filter $(words $(CLIENTS)),$(words $(sort $(CLIENTS)))),,$(call stop,CLIENTS names a client twice)))
$(if $(START),$(if $(wildcard $(START)),,$(call stop,START=$(START): no such file or folder,\
  it must be an adapter or a PEFT folder)))
# Every client fits one adapter by the method point, and the table is that of compare-clients.
$(if $(COLLABORATING),$(if $(ASKED),,$(foreach v,$(filter METHODS MEMBERS ADAPTER IMPORT_FLAGS LIBRARY LIBRARY_FLAGS TOP FOREIGN \
  MC_DROPOUT $(FLAGS_OF_METHODS) SWAG_% CHAIN_FLAGS ASWA_ACCEPT TFB_FLAGS EXTRACT_FLAGS LAPLACE_% SAMPLES DRAWS SCALE FIGURES \
  CALIBRATORS EVALUATE_FLAGS,$(GIVEN)),$(call stop,$v is a setting of evaluate that collaborate does not have,omit it: each \
  client fits one adapter by the method point))))
$(if $(filter predictions,$(TRUST)),$(if $(wildcard $(REFERENCE)),,$(call stop,TRUST=predictions needs REFERENCE=$(comma) \
  a file of questions that all clients share)))
$(if $(filter theoretical,$(TRUST)),$(if $(wildcard $(MIXTURES)),,$(call stop,TRUST=theoretical needs MIXTURES=$(comma) \
  a JSON file of the clients' data)))

# For experiments that have the settings of a paper and no questions: includes the experiment TASK, which has them.
override TASK_FILE := $(if $(filter $(EXPERIMENT),$(TASK)),,$(firstword \
  $(wildcard $(HERE)pipeline/experiments/$(TASK).mk $(TASK).mk)))
$(if $(TASK_FILE),,$(error TASK=$(TASK): must be another experiment$(comma) whose questions $(EXPERIMENT) takes$(call \
  did-you-mean,$(TASK),$(filter-out $(EXPERIMENT),$(EXPERIMENTS)))))
include $(TASK_FILE)

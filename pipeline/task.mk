# For experiments that have the settings of a paper's program and no questions: includes the experiment TASK, which has them,
# and sets what these programs have in common.
override TASK_FILE := $(if $(filter $(EXPERIMENT),$(TASK)),,$(firstword \
  $(wildcard $(HERE)pipeline/experiments/$(TASK).mk $(TASK).mk)))
$(if $(TASK_FILE),,$(error TASK=$(TASK): must be another experiment$(comma) whose questions $(EXPERIMENT) takes$(call \
  did-you-mean,$(TASK),$(filter-out $(EXPERIMENT),$(EXPERIMENTS)))))
include $(TASK_FILE)
TRAINING_EXAMPLES :=
TARGETS := q_proj,v_proj
RANK := 8
ALPHA := 16
WEIGHT_DECAY := 0
MC_DROPOUT := 0.1

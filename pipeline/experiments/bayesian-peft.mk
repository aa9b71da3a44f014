# The settings of BLoB (Wang et al. 2024) and TFB (Shi et al. 2024) as their common code, bayesian-peft, has them for Llama 2
# 7B with 8-bit weights. Its seeds are 1, 2 and 3. It also adapts the output layer, which is frozen here.
TASK := openbookqa
include $(HERE)pipeline/task.mk
MAXIMUM_LENGTH := 300
STORE := int8
PRECISION := int8
LEARNING_RATE := 1e-4
WARMUP := 0.06
BATCH_SIZE := 4
STEPS := 5000
SEED := 1
MEMBERS := 3
SAMPLES := 10
VARIATIONAL_FLAGS := --cycle-exponent 8
METHODS := point dropout ensemble laplace blob-mean blob tfb tfb-authors

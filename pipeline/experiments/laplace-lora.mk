# The settings of Laplace-LoRA (Yang et al. 2024, "Bayesian low-rank adaptation for large language models") as its code has
# them for Llama 2 7B, with 8-bit weights. Its seeds are 21, 42 and 87. It also adapts the output layer, which is frozen here.
TASK := openbookqa
include $(HERE)pipeline/task.mk
MAXIMUM_LENGTH := 300
STORE := int8
PRECISION := int8
DROPOUT := 0.1
LEARNING_RATE := 5e-5
WARMUP := 0
BATCH_SIZE := 4
STEPS := 10000
SEED := 21
MEMBERS := 3
SAMPLES := 10
LAPLACE_SAMPLES := 100000
METHODS := point dropout ensemble laplace-last-layer laplace

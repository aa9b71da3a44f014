# The settings of SWAG-LoRA (Onal et al. 2024, "Gaussian stochastic weight averaging for Bayesian low-rank adaptation") as its
# code has them by default; point, dropout and the ensemble have as many epochs. It also trains the output layer's rows of
# the answers' letters, which are frozen here.
TASK := openbookqa
include $(HERE)pipeline/task.mk
DROPOUT := 0.1
LEARNING_RATE := 1e-4
WARMUP := 0.06
BATCH_SIZE := 32
EPOCHS := 15
SEED := 10
SAMPLES := 15
SWAG_FROM :=
SWAG_FLAGS := --preset swag-lora
SCALE := 1
METHODS := point dropout ensemble swa swag multiswag

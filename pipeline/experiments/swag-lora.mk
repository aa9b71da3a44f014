# The settings of SWAG-LoRA (Onal et al. 2024, "Gaussian stochastic weight averaging for Bayesian low-rank adaptation") as its
# code has them by default; point, dropout and the ensemble have as many epochs. It also trains the output layer's rows of
# the answers' letters, which are frozen here.
TASK := openbookqa
include $(HERE)pipeline/task.mk
TARGETS := q_proj,v_proj
RANK := 8
ALPHA := 16
DROPOUT := 0.1
LEARNING_RATE := 1e-4
WEIGHT_DECAY := 0
WARMUP := 0.06
BATCH_SIZE := 32
TRAINING_EXAMPLES :=
EPOCHS := 15
SEED := 10
SAMPLES := 15
MC_DROPOUT := 0.1
SWAG_FROM :=
SWAG_FLAGS := --preset swag-lora
SCALE := 1
METHODS := point dropout ensemble swa swag multiswag

# Credence: `make` prints the help, `make evaluate` runs an experiment. In pipeline/, settings.mk and experiments/ have the
# settings; sets.mk, fitting.mk, scoring.mk, answers.mk and collaborate.mk the rules of the stages.
#
# To work in a folder of your own, use `make -f /path/to/credence/Makefile` there. Scripts, programs and the embedded
# questions are then taken from the folder of this file, experiments from both folders, and runs are written to yours.

# The folder of this file, with a slash at the end; empty if it is the current folder, so that commands stay short.
override MAKEFILE := $(lastword $(MAKEFILE_LIST))
override HERE := $(filter-out ./,$(dir $(MAKEFILE)))
$(if $(wildcard $(HERE)pipeline/outside.mk),,$(error $(strip $(MAKEFILE_LIST)): there is no pipeline/outside.mk beside \
  this Makefile, or its path contains a blank (hint: use a symbolic link without blanks to its folder)))

include $(HERE)pipeline/outside.mk

# The flag by which a make that this one starts finds this file.
override AGAIN := $(if $(HERE),-f $(MAKEFILE))
# One of make's flags -n (say what would be done) and -q (is anything to be done?), if given.
override DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))$(findstring q,$(firstword -$(MAKEFLAGS)))
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
override SHELL := /bin/bash
# -p: bash takes no start-up file, function or option from the environment. The scripts of the pipeline use it too.
override .SHELLFLAGS := -p -euo pipefail -c

# Sorting, comparing and number formats do not depend on the user's locale.
export LC_ALL := C

include $(HERE)pipeline/settings.mk
# What `make results` is given for a single experiment are settings of that one.
$(if $(filter results,$(MAKECMDGOALS)),$(if $(filter 1,$(words $(RESULTS_EXPERIMENTS))),\
  $(eval override EXPERIMENT := $(RESULTS_EXPERIMENTS))))
# The experiments of the pipeline, and those of the current folder.
override EXPERIMENTS := $(patsubst %.mk,%,$(notdir $(wildcard $(HERE)pipeline/experiments/*.mk) $(wildcard *.mk)))
$(if $(and $(filter $(EXPERIMENTS),$(EXPERIMENT)),$(filter 1,$(words $(EXPERIMENT)))),,$(error \
  EXPERIMENT=$(EXPERIMENT) is none of $(EXPERIMENTS)$(call did-you-mean,$(EXPERIMENT),$(EXPERIMENTS))))
override EXPERIMENT_FILE := $(firstword $(wildcard $(HERE)pipeline/experiments/$(EXPERIMENT).mk $(EXPERIMENT).mk))
include $(HERE)pipeline/recorded.mk
include $(EXPERIMENT_FILE)
R := $(RUNS)/$(EXPERIMENT)
ANSWERS_FOLDER := $R/answers/$(ANSWERS)
include $(HERE)pipeline/names.mk
include $(HERE)pipeline/programs.mk

.PHONY: $(GOALS)
help:
	@sed -n 's/^##//p' $(MAKEFILE)
## Credence tells how far the answers of a fine-tuned language model can be trusted.
##
##   make evaluate      fit every method, predict, and print one table with all of them
##   make shift-test    the same on shifted and corrupted questions
##   make predict       answer new texts, NEW=texts.csv, by a method of the run; RISK=5% leaves doubtful ones to a human
##   make results       every experiment with every method over five seeds, and a table of each; for a night or several
##   make collaborate   clients fit on data of their own and exchange adapters: CLIENTS="a b c" ROUNDS=3 TRUST=weights
##   make FILE          one file of a run with what it needs, such as runs/almanac/adapters/point-0.h5
##   make status        which files of the run are fresh, stale or missing, and why; and their sizes
##   make show FILE=    what is in a file, and what made it
##   make stale         files that were made by another build of the programs
##   make prune         remove what can be made again without fitting: prefixes, checkpoints of finished files, old shards
##   make clean         remove the run's files
##
## In a checkout of the sources:
##   make build         build the programs (evaluate does that by itself)
##   make almanac       write the embedded questions and pretrain their base again
##   make test          lint, build, run every test
##   make goldens       rewrite the help texts and tables that tests compare with, after an intended change
##   make torture       test kills, failing system calls, damaged files and cron's environments; see results/
##   make test-models   a small experiment on a random model of each type; needs PyTorch and PEFT
##   make test-portable the tests of the arithmetic, built for any x86 server of the last ten years
##   make bench         time fitting and prediction side by side with PyTorch + PEFT
##   make curves        measure how the cost of a step grows with length, size, rank and threads
##   make install       install below PREFIX [/usr/local]; `make uninstall` removes it
##   make deb           a Debian package for machines without Swift; `make test-package` tries it in an empty Debian
##
## Settings, given as NAME=value after any of these (defaults in brackets):
##   EXPERIMENT [almanac]  a file of pipeline/experiments     MODEL, DATA  folders of the model and the questions
##   METHODS [seven]       methods to compare                 MEMBERS [5]  members of the ensemble
##   SAMPLES [20]          draws from each posterior          SEED [0]     of the first member
##   EPOCHS [3]            of fitting                         RANK [8]     of the adapters
##   LAYERS                blocks to adapt
##   VERSIONS [auto]       of a question, for the methods NAME-consistent: shifts, corruptions or templates
##   CALIBRATORS           rows with other maps than a temperature: platt, vector, matrix, isotonic, chosen and others
##   TEXTS                 where answers are written: how many texts each draw of a method writes for a question
##   ENTAILMENT            a run on pairs of texts that judges which written texts mean the same
##   LIBRARY               runs whose adapters are chosen by what is asked, TOP [3] of them for each text
##   ADAPTER               PEFT folders to evaluate in place of adapters that are fitted here
##   PRECISION [float32]   of frozen products, or fastest     THREADS      of one stage
##   RUN                   a launcher for every stage, such as `srun -n1`
##   QUIET=1               print nothing on success
## Of make results:
##   RESULTS_EXPERIMENTS   which experiments                  RESULTS_SEEDS  which seeds
##   RESULTS_PLAN=yes      only say what would be run, and for how long
## Of your own texts, with EXPERIMENT=own:
##   TRAIN, TEST           files with labels                  TEXT, LABEL  their columns, where they are not found
## Of make predict, which takes the others over from make evaluate:
##   NEW                   the file of new texts              METHOD       in place of the recommended one
##   RISK                  largest share of errors            DELTA [5%]   how likely that promise may fail
##   COVERAGE [90%]        of the sets of classes             SHARDS [1]   into which the texts are divided
## All settings are explained in pipeline/settings.mk. Also: make -n (print what would be done), make -j2.
## In a folder of your own, with an experiment in NAME.mk: make -f /path/to/credence/Makefile evaluate EXPERIMENT=NAME

# The settings that are flags of fit-adapters for one method or a kind of methods.
override FLAGS_OF_METHODS := $(addsuffix _FLAGS,LORA_ENSEMBLE BATCH_ENSEMBLE REPULSIVE VARIATIONAL RANK_MASK IVON SNAPSHOT SGHMC \
  TICKET DNA FULL)
# The user's own files and folders among the settings.
YOURS = $(wildcard $(MODEL) $(ADAPTER) $(NEW) $(START) $(REFERENCE) $(MIXTURES) $(ENTAILMENT_MODEL) \
  $(foreach e,$(ENTAILMENT:%/=%),$e/base.h5 $e/adapters/point-0.h5 $e/tokens/$(notdir $e).h5) \
  $(foreach e,$(LIBRARY:%/=%),$e/adapters/point-0.h5 $e/tokens/$(notdir $e).h5) \
  $(foreach d,$(DATASET) $(SHIFTS) $(CLIENTS),$(TRAIN.$d) $(TEST.$d)) $(filter-out -%,\
  $(foreach v,$(FLAGS_OF_METHODS) $(addsuffix _FLAGS,TOKENIZE IMPORT FIT SWAG CHAIN TFB EXTRACT LIBRARY ROUTER SAMPLE EXCHANGE \
    EVALUATE SHIFT),$($v))))

# --- Running the stages: by a second make that holds the run's lock, and reads the state of the files under it ---
WANTED := $(filter evaluate shift-test predict collaborate $R/%,$(MAKECMDGOALS))
ifneq ($(WANTED)$(filter status almanac bench curves,$(MAKECMDGOALS)),)
include $(HERE)pipeline/kinds.mk
endif
ifneq ($(WANTED)$(filter status,$(MAKECMDGOALS)),)
include $(HERE)pipeline/checks.mk
LOCK := $(HERE)pipeline/lock $(if $(SHARE),--shared)
# Not empty if this make runs under pipeline/lock. The lock itself is checked, since a variable could be set by anyone.
LOCKED := $(if $(WANTED),$(shell $(LOCK) --held $R && echo yes))
ifneq ($(LOCKED)$(DRY)$(filter status,$(MAKECMDGOALS)),)
include $(HERE)pipeline/methods.mk
include $(HERE)pipeline/freshness.mk
include $(HERE)pipeline/sets.mk
include $(HERE)pipeline/fitting.mk
include $(HERE)pipeline/scoring.mk
include $(HERE)pipeline/answers.mk
include $(HERE)pipeline/collaborate.mk
$(foreach f,$(filter-out $(FILES),$(filter $R/%,$(WANTED))),$(error no stage makes $f$(call did-you-mean,$f,$(FILES))))
else
.PHONY: locked
$(WANTED): locked
	@:
locked: $(BUILT)
	@mkdir -p $R || exit 73
	@$(LOCK) $R $(if $(SHARE),,$(HERE)pipeline/tidy $R $(YOURS) --) $(MAKE) $(AGAIN) $(WANTED) || { code=$$?; \
	  [ ! -e $R/.lock.owner ] || find $(READ) -maxdepth 0 ! -newer $R/.lock.owner \
	  -printf 'make: %p is of an earlier run\n' >&2 2> /dev/null || true; exit $$code; }
endif
endif

# 141: the reader may close the pipe early, as head does.
status:
	@$(MAKE) $(AGAIN) -n evaluate $(if $(TEXTS),,$(if $(SHIFTS)$(CORRUPTIONS),shift-test)) $(if $(NEW),predict) \
	  $(if $(CLIENTS),collaborate) \
	  | { $(HERE)pipeline/status $R $(YOURS) -- $(STALE) -- $(FILES) || [ $$? = 141 ]; }

show: $(if $(wildcard $(PROGRAMS)/show),,$(BUILT))
	@$(PROGRAMS)/show --quiet $(or $(FILE),$(error show needs FILE=, a file of a run))

stale:
	@$(HERE)pipeline/stale $R $(PROGRAMS)

# $(call in-run-folder,COMMAND): runs the command under the run's lock, if there is a run.
in-run-folder = @[ ! -d $R ] || [ -e $R/.lock.owner ] || { \
  echo "make: $R is not the folder of a run: nothing was removed" >&2; exit 65; }; [ ! -d $R ] || $(HERE)pipeline/lock $R $1

# The questions of the embedded experiment, and a base that was pretrained on text about most of its facts.
almanac: $(BUILT)
	$(PROGRAMS)/write-almanac --facts data/almanac/facts --output data/almanac --topics data/topics \
	  --open data/almanac/open --reasoned data/almanac/reasoned
	$(PROGRAMS)/pretrain-base --facts data/almanac/facts --output data/almanac/base \
	  --threads $(or $(THREADS),$(shell nproc))

bench: $(BUILT)
	@mkdir -p $(RUNS)/bench
	@PROGRAMS=$(PROGRAMS) $(HERE)pipeline/lock $(RUNS)/bench $(HERE)pipeline/bench

curves: $(BUILT)
	@mkdir -p $(RUNS)/bench
	@PROGRAMS=$(PROGRAMS) $(HERE)pipeline/lock $(RUNS)/bench $(HERE)pipeline/curves

# The tables of all methods over several seeds, each run by a make of its own.
results: $(BUILT)
	@$(HERE)pipeline/results RUNS=$(RUNS) $(foreach v,$(filter-out RUNS,$(GIVEN)),'$v=$(value $v)')

prune:
	$(call in-run-folder,$(HERE)pipeline/tidy $R -- $(HERE)pipeline/prune $R)$(if $(QUIET), > /dev/null)

clean:
	$(call in-run-folder,rm -rf $R)

# --- Building ---
packages:
	@pipeline/packages

build: packages
	MARCH=$(MARCH) swift build -c release$(if $(QUIET), --quiet)
	@echo $(MARCH) > $(BUILT)

# A file that depends on this is always made.
FORCE:

ifeq ($(HERE),)
-include packaging/install.mk
endif

lint:
	@pipeline/packages shellcheck
	swift format lint --strict --recursive Sources Tests Package.swift
	MARCH=$(MARCH) swift build -c release --explicit-target-dependency-import-check error --quiet
	shellcheck .ci/run $(SCRIPTS)
	@if ! command -v python3 > /dev/null; then echo "lint: no python3: the Python scripts were not checked" >&2; \
	else python3 -c 'import ast, sys; [ast.parse(open(name).read(), name) for name in sys.argv[1:]]' $(PYTHON_SCRIPTS); fi
SCRIPTS := $(addprefix pipeline/,across bench bench-peers bench-table check curves draws gold library lock nearest null packages \
  paired precisions produce prunable prune results seeds settle stale status tidy time-left inputs cron/nightly.sh) \
  $(wildcard pipeline/slurm/*.sbatch Tests/PipelineTests/* Tests/Smoke/check Tests/Smoke/models Tests/Torture/*) Tests/side-by-side.sh \
  $(addprefix packaging/,credence deb install uninstall) Tests/Package/run
# The project needs no Python to run, so their syntax is checked only where there is one.
PYTHON_SCRIPTS := $(wildcard pipeline/peers/*.py pipeline/models/*.py Tests/*/Reference/*.py Tests/Smoke/*.py \
  Tests/Browser/*.py)

# The Swift tests run last, so that their result is the last line.
test: packages lint
	Tests/PipelineTests/run
	MARCH=$(MARCH) swift build -c release --build-tests
	@echo $(MARCH) > $(BUILT)
	rm -rf runs/smoke
	$(MAKE) -j2 evaluate shift-test $(SMOKE)
	Tests/Smoke/check runs/smoke/almanac decoder
	$(MAKE) -j2 evaluate $(SMOKE) $(SMOKE_OF_CORES)
	$(MAKE) -j2 evaluate $(SMOKE) $(SMOKE_OF_TEXTS)
	$(PROGRAMS)/write-tiny-encoder runs/smoke/encoder
	$(call smoke-on-encoder,pairs,csv)
	$(call smoke-on-encoder,classes,jsonl)
	@if command -v python3 > /dev/null; then Tests/Browser/check.py runs/smoke/almanac/report.html \
	  runs/smoke/almanac/shift.html; else echo "reports in a browser: skipped, there is no python3"; fi
	Tests/Torture/run
	MARCH=$(MARCH) swift test -c release --skip-build

# The texts that tests compare with: help texts, tables, and the table of methods that make reads.
goldens: packages
	MARCH=$(MARCH) swift build -c release --build-tests
	@echo $(MARCH) > $(BUILT)
	REWRITE=1 MARCH=$(MARCH) swift test -c release --skip-build --filter 'Golden|CatalogueTests'

# Repeats the tests of failures many times: of the programs as a whole, then of the readers of damaged and forged files.
torture: $(BUILT)
	@mkdir -p results
	@echo "make torture ROUNDS=$(or $(ROUNDS),10):" > results/torture.txt
	ROUNDS=$(or $(ROUNDS),10) Tests/Torture/run | tee -a results/torture.txt
	MARCH=$(MARCH) swift build -c release --build-tests
	TORTURE=$(or $(ROUNDS),10) MARCH=$(MARCH) swift test -c release --skip-build \
	  --filter 'Damage|Forge|FailingCalls|Robustness|Interruption'

# Takes minutes and needs PyTorch and PEFT, so it is not part of `make test`.
test-models: $(BUILT)
	Tests/Smoke/models

# Tests the kernels as they are built for any x86 server of the last ten years.
test-portable: packages
	TESTS=arithmetic MARCH=x86-64-v3 swift build -c release --build-tests --scratch-path .build/portable
	TESTS=arithmetic MARCH=x86-64-v3 swift test -c release --skip-build --scratch-path .build/portable

# $(call smoke-on-encoder,KIND,FORMAT): the smoke run on a random encoder, with questions of KIND that the tests write.
smoke-on-encoder = $(MAKE) -j2 evaluate shift-test $(call smoke-encoder,$1,$2) \
  && $(MAKE) -j2 predict EXPERIMENT=own RUNS=runs/smoke/$1 NEW=runs/smoke/encoder/$1-shifted.$2 SHARDS=2 RISK=50% \
  && test -s runs/smoke/$1/own/answers/$1-shifted/answers.csv && Tests/Smoke/check runs/smoke/$1/own encoder
smoke-encoder = $(SMOKE) EXPERIMENT=own RUNS=runs/smoke/$1 MODEL=runs/smoke/encoder/model \
  TRAIN=runs/smoke/encoder/$1-train.$2 TEST=runs/smoke/encoder/$1-test.$2 SHIFTED=runs/smoke/encoder/$1-shifted.$2

# The smoke run: the whole embedded experiment with every method, but small.
SMOKE := METHODS=all RUNS=runs/smoke REPRODUCIBLE=yes TRAINING_EXAMPLES=64 LIMIT=40 EPOCHS=1 STEPS=8 MEMBERS=2 SAMPLES=2 \
  SWAG_COLLECTIONS=4 SWAG_RANK=2 CORRUPTIONS=keyboard-typos SEVERITIES=3 FIGURES=yes
# Methods that METHODS=all leaves out there, which need few parameters.
SMOKE_OF_CORES := RUNS=runs/smoke/cores PARAMETRISATION=b-lora-xs RANK=4 METHODS="point hmc laplace-exact" \
  CHAIN_FLAGS="--warmup-transitions 4 --draws 3 --steps 2"
# Answers that are written.
SMOKE_OF_TEXTS := RUNS=runs/smoke/texts TEMPLATE=open TEXTS=2 METHODS="point ensemble" CORRUPTIONS= SEVERITIES= FIGURES=

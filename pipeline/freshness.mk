# When a file of a run is made again, in one place: `$(stage)` below turns the description of one file, which a block of
# sets.mk, fitting.mk, scoring.mk, answers.mk or collaborate.mk gives, into a rule of make.
#
# A file is made again when it is missing, when its command is not the one that made it, or when a file that it is made
# from is made again or has changed. A file is not made again for rebuilt programs, touched or moved files, another
# number of threads or another launcher. Times decide nothing, so a fresh file has no prerequisite but the programs. A
# stale file depends on FORCE, which make always takes to be new.
#
# pipeline/produce runs the command, publishes the file and writes the note `.NAME.made` beside it: the command, and the
# digest of everything that it read. pipeline/settle compares these notes with what is there now.

# $(call flag,NAME,VALUE): nothing where the setting is empty, so that the stage's own default holds.
flag = $(if $(strip $2),--$(strip $1) $(strip $2))

# What settle found: `FILE:INPUT:WHAT` where an input of FILE has changed, and `command= FILE COMMAND;` where FILE was
# made from the same contents under other paths.
CHANGED := $(shell $(HERE)pipeline/settle $R $(YOURS))
$(if $(filter 0,$(.SHELLSTATUS)),,$(error $R cannot be read))

# Every file that a stage can make, and those that must be made again. A file is described after the files that it is
# made from, so that it is known which of these are stale.
FILES :=
STALE :=

# make's flag -B: everything is made again.
ALWAYS := $(findstring B,$(firstword -$(MAKEFLAGS)))

is-missing = $(filter-out $(wildcard $(target) $(beside)),$(target) $(beside))
has-changed-input = $(filter $(target):%,$(CHANGED))
has-stale-input = $(filter $(inputs),$(STALE))
note = $(dir $(target)).$(notdir $(target)).made
# The folder of the programs is not compared: they may move, as any other path.
has-same-command = $(or $(findstring /$(command)$(newline),$(file <$(note))),\
  $(findstring command= $(target) $(command);,$(CHANGED)))
is-as-made = $(if $(or $(ALWAYS),$(is-missing),$(has-changed-input),$(has-stale-input)),,$(has-same-command))

# What changes no result and is no part of the command that is compared. A stage gets the cores that make's other jobs
# leave it; under a launcher it asks its scheduler. Expanded in recipes, since only there does make know its -j.
CORES := $(shell nproc)
JOBS = $(if $(filter -j,$(MAKEFLAGS)),$(CORES),$(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),1))
OWN_THREADS = $(if $(RUN),,$(shell echo $$(( $(CORES) > $(JOBS) ? $(CORES) / $(JOBS) : 1 ))))
OPTIONS = $(strip $(call flag,threads,$(or $(THREADS),$(OWN_THREADS))) $(if $(QUIET),--quiet)) --log-file $(LOG)
LOG = $(@:$R/%.h5=$R/logs/%.log)

# The place of each file in this run, such as `[7/28] adapters/point-2`, which its stage shows on the terminal. The files
# are counted as make goes through them unless it has several jobs: a file after what it needs. The file that a goal is
# about is `goal.NAME`.
goal.evaluate = $(EVALUATION)
goal.shift-test = $R/shift.h5
goal.collaborate = $R/collaboration.h5
goal.predict = $(if $(METHOD),$(ANSWERS_FOLDER)/answers.h5,$(goal.evaluate))
TO_MAKE = $(eval TO_MAKE :=)$(foreach g,$(WANTED),$(call visit,$(or $(goal.$g),$g)))$(TO_MAKE)
visit = $(if $(filter $1,$(TO_MAKE)),,$(foreach f,$(filter $1,$(STALE)),$(foreach n,$(needs.$f),$(call visit,$n))$(eval \
  TO_MAKE += $f)))
place-of = $(foreach f,$(filter $1,$(TO_MAKE)),[$(words $(call up-to,$f,$(TO_MAKE)))/$(words $(TO_MAKE))] $(f:$R/%.h5=%))
# About how long the rest of the run takes, or nothing. It follows from the files with a `work` that are done, be it in
# this run or, where they are not stale, in an earlier one.
time-left = $(shell $(HERE)pipeline/time-left $R $(JOBS) $(foreach f,$(FILES),$(if $(work.$f),$(if \
  $(filter $f,$(TO_MAKE)),$f:$(work.$f):made,$(if $(filter $f,$(STALE)),,$f:$(work.$f):kept)))))
up-to = $(firstword $2) $(if $(filter $1,$(firstword $2)),,$(call up-to,$1,$(wordlist 2,$(words $2),$2)))

# $(stage): the rule of one file, from these variables:
#
#   target    the file
#   inputs    the files of the run that it is made from
#   command   the program and its flags, without --output
#   beside    files that the command writes beside it (none unless given)
#   caches    files of the run that save time and change no result: made if the target must be, but no reason to make it
#   options   flags that change no result and are no part of the command that is compared
#   curves    the files with the training curves that evaluate draws for this one
#   work      of a file that takes long, its kind and its size, such as `fit:1`: files of a kind take as long as they are
#             large. A size may be a product, as in `write:5*20*4`.
define rule-of-stage
command := $(strip $(command) $(if $(REPRODUCIBLE),--reproducible) --output $(target).new)
curves.$(target) := $(curves)
needs.$(target) := $(caches) $(inputs)
work.$(target) := $(work)
FILES += $(target)
STALE += $(if $(is-as-made),,$(target))
$(target): command := $(PROGRAMS)/$(command)
$(target): options := $(options)
$(target): export CREDENCE_PLACE = $(call place-of,$@)
$(target): export CREDENCE_TIME_LEFT = $(if $(QUIET),,$(time-left))
$(target): $(if $(filter $(target),$(STALE)),FORCE | $(caches) $(inputs),|) $(BUILT)
	@$(HERE)pipeline/produce $@ $(if $(RUN),$(RUN) )-- $(command) -- $(strip $(options) $(OPTIONS))
$(foreach field,target inputs command options beside caches curves work,$(eval $(field) :=))
endef
stage = $(eval $(value rule-of-stage))

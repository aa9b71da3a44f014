# What may come from outside: settings, as plain text. Everything else is kept away from make's own variables. Included
# first, so that nothing is expanded before it is checked; `override`, since the command line would otherwise have the
# last word here too.

override empty :=
override space := $(empty) $(empty)
override comma := ,
override open := (
override close := )
override define newline :=


endef
# $(call any-is,ORIGIN): the variables that come from the environment, or from the command line.
override any-is = $(foreach v,$(.VARIABLES),$(if $(findstring $1,$(origin $v)),$v))

# make takes these from the environment for its own.
$(foreach v,.VARIABLES .SHELLFLAGS MAKE MAKE_COMMAND MAKECMDGOALS MAKEFILES MAKEFILE_LIST CURDIR,$(if \
  $(findstring environment,$(origin $v)),$(error $v is set in the environment, where make takes it for its own (hint: unset $v))))
# With -t files without content would pass for results, with -i failed stages for successes. A flag may also stand in the
# environment, in MAKEFLAGS.
$(foreach flag,t i,$(if $(findstring $(flag),$(firstword -$(MAKEFLAGS))),\
  $(error make -$(flag) would take what no stage has made for a result (hint: leave the flag out, or unset MAKEFLAGS))))
# With -e, make 4.3 hands settings of the command line on as variables of the environment, which are ignored.
$(if $(findstring e,$(firstword -$(MAKEFLAGS))),\
  $(error make -e would lose the settings of the command line (hint: leave the flag out, or unset MAKEFLAGS)))

# --- The environment ---
# Variables that change the numbers which a library computes; a stage that finds one starts itself again without it. The
# same list is in Sources/StageKit/Environment.swift.
override NUMERIC_VARIABLES := OPENBLAS_% ONEDNN_% DNNL_% GLIBC_TUNABLES% HDF5_DRIVER% HDF5_VOL_CONNECTOR%
# Variables that change where make looks for files, and how the shell and its tools read what they are given.
override TOOL_VARIABLES := VPATH GPATH BASH_ENV ENV CDPATH GLOBIGNORE SHELLOPTS BASHOPTS BASH_COMPAT POSIXLY_CORRECT \
  GREP_OPTIONS
# The text of all makefiles, in one line. A variable that they assign or read is theirs, unless it is a setting that `?=`
# lets come from the environment. Names with a point are those of lists for one data set or method, such as TEST.near; a
# digit is an argument of a function.
override MAKEFILE_TEXT := $(subst $(newline), ,$(foreach f,\
  $(MAKEFILE) $(wildcard $(HERE)pipeline/*.mk $(HERE)pipeline/experiments/*.mk *.mk),$(newline)$(file <$f)))
override is-own = $(or $(findstring .,$1),$(filter $(NUMERIC_VARIABLES) $(TOOL_VARIABLES) 0 1 2 3 4 5 6 7 8 9,$1),$(strip \
  $(foreach sign,:= += =,$(findstring $(space)$1 $(sign),$(MAKEFILE_TEXT)))\
  $(foreach end,$(close) :,$(findstring $$$(open)$1$(end),$(MAKEFILE_TEXT)))$(findstring define $1 ,$(MAKEFILE_TEXT))))
override FROM_ENVIRONMENT := $(foreach v,$(call any-is,environment),\
  $(if $(findstring $(space)$v ?=,$(MAKEFILE_TEXT)),$v))
$(foreach v,$(filter-out $(FROM_ENVIRONMENT),$(call any-is,environment)),\
  $(if $(call is-own,$v),$(eval override undefine $$v)))

# --- The command line ---
override GIVEN := $(call any-is,command line)

# The shell and make would take these characters for their own; in a path they are refused rather than misread.
override define SPECIAL :=
' " ` ; & | < > * ? [ ] { } ( ) ! ~ \ # $$ %
endef
override special-in = $(firstword $(foreach c,$(SPECIAL),$(findstring $c,$1)))
# A launcher may hold words of the shell, but nothing that make would expand.
# A share may be written with a percent sign. What becomes part of a target's name cannot hold a colon.
override SHARE_SETTINGS := RISK DELTA COVERAGE PRIOR
override TARGET_SETTINGS := RUNS NEW ANSWERS CLIENTS CLIENT_DATA
override refused-in = $(if $(filter RUN,$1),$(findstring $$,$(value $1)),$(or $(call special-in,$(if \
  $(filter $(SHARE_SETTINGS),$1),$(subst %,,$(value $1)),$(value $1))),$(if \
  $(filter $(TARGET_SETTINGS),$1),$(findstring :,$(value $1)))))
override link-hint = $(if $(or $(findstring /,$(value $1)),$(filter NEW,$1)), (hint: a symbolic link gives a path a plainer name))
$(foreach v,$(GIVEN) $(FROM_ENVIRONMENT),\
  $(if $(findstring $(newline),$(value $v)),$(error $v: a line break cannot stand in a setting))\
  $(foreach c,$(call refused-in,$v),\
    $(error $v=$(value $v): the character $c cannot stand in a setting$(call link-hint,$v))))

# $(call did-you-mean,WORD,CANDIDATES): the nearest one as a question, or nothing where none is near.
override did-you-mean = $(if $(call special-in,$1),,$(addprefix ; did you mean ,$(addsuffix ?,$(shell \
  $(HERE)pipeline/nearest '$1' $2))))

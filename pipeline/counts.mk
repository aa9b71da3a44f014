# Counts are checked for every goal that computes, those that are no run among them.

# $(call stop,WHAT,HINT); where a report is left of an earlier run, nobody shall take it for this one's.
OLDER := $(wildcard $R/report.html $R/shift.html)
stop = $(error $(strip $1)$(if $2, (hint: $(strip $2)))$(if $(OLDER),; nothing was run: $(OLDER) is of an earlier run))

is-like = $(shell [[ '$($1)' =~ ^($2)$$ ]] && echo yes)
$(foreach v,THREADS RANK MEMBERS SAMPLES EPOCHS,$(if $($v),$(if $(call is-like,$v,[1-9][0-9]{0$(comma)8}),,\
  $(call stop,$v=$($v): a whole number of at least 1 is wanted))))
range := [0-9]+(-[0-9]+)?
ascend = $(shell tr ',-' '\n\n' <<< '$($1)' | sort -nuC && echo yes)
$(if $(LAYERS),$(if $(and $(call is-like,LAYERS,$(range)($(comma)$(range))*),$(call ascend,LAYERS)),,\
  $(call stop,LAYERS=$(LAYERS): numbers of blocks in ascending order are wanted$(comma) such as 4$(comma)5 or 2-5)))
# The shell, which counts the members' seeds, would read a leading zero as octal.
$(foreach v,SEED SPLIT_SEED INITIALIZATION_SEED,$(if $($v),$(if $(call is-like,$v,0|[1-9][0-9]{0$(comma)14}),,\
  $(call stop,$v=$($v): a whole number of at least 0 is wanted$(comma) without leading zeros))))

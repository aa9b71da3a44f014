# Counts are checked for every goal that computes, those that are no run among them.

# $(call stop,WHAT,HINT); where a report is left of an earlier run, nobody shall take it for this one's.
OLDER := $(wildcard $R/report.html $R/shift.html)
stop = $(error $(strip $1)$(if $2, (hint: $(strip $2)))$(if $(OLDER),; nothing was run: $(OLDER) is of an earlier run))

$(foreach v,THREADS RANK MEMBERS SAMPLES EPOCHS,$(if $($v),\
  $(if $(shell [[ '$($v)' =~ ^[1-9][0-9]*$$ ]] && echo yes),,$(call stop,$v=$($v): a whole number of at least 1 is wanted))))

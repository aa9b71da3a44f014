# Where the programs are: the folder PROGRAMS if it is given, else what is built beside the Makefile, else what `make
# install` put beside it (PREFIX/share/credence/Makefile and PREFIX/libexec/credence). Only a build is kept up to date.

INSTALLED := $(if $(wildcard $(HERE)Package.swift $(HERE).build/release),,$(wildcard $(HERE)../../libexec/credence))
PROGRAMS := $(if $(INSTALLED),$(abspath $(INSTALLED)),$(HERE).build/release)
# The file that says for which processor the programs were built; empty where they are not ours to build.
BUILT := $(if $(INSTALLED)$(filter PROGRAMS,$(GIVEN)),,$(PROGRAMS)/.built)
$(if $(BUILT),,$(foreach g,$(filter build test goldens torture test-models test-portable,$(MAKECMDGOALS)),\
  $(error make $g builds programs$(comma) but $(PROGRAMS) holds finished ones (hint: run it in a checkout$(comma) \
    without PROGRAMS=))))

# The processor to build for: what the last build was for, else this one. `make build MARCH=x86-64-v3` gives programs
# that run on any x86 server of the last ten years.
MARCH := $(or $(if $(BUILT),$(file <$(BUILT))),native)

# The programs as the runs need them: built when a source is newer or MARCH another, so that a run on a machine without
# the toolchain, with the programs there, does not ask for it.
ifneq ($(BUILT),)
$(BUILT): $(wildcard $(HERE)Package.swift) $(shell find $(HERE)Sources -type f 2> /dev/null)
$(BUILT): $(if $(filter $(MARCH),$(file <$(BUILT))),,FORCE)
	@$(HERE)pipeline/packages
	MARCH=$(MARCH) swift build -c release$(if $(HERE), --package-path $(HERE))$(if $(QUIET), --quiet)
	@echo $(MARCH) > $@
endif

# Installing: `make install`, `make uninstall`, `make deb` and its test. This folder is not installed itself.

# Where to install. DESTDIR is put in front of PREFIX, and is for building a package.
PREFIX := /usr/local
DESTDIR :=
VERSION_FILE := Sources/StageKit/Version.swift
VERSION = $(or $(shell sed -n 's/.*let credenceVersion = "\(.*\)"/\1/p' $(VERSION_FILE)),\
  $(error $(VERSION_FILE) has no version))
PROGRAM_NAMES = $(notdir $(wildcard Sources/Programs/*))

ifneq ($(filter install uninstall,$(MAKECMDGOALS)),)
$(if $(filter /%,$(PREFIX)),,$(error PREFIX=$(PREFIX): must be an absolute path, such as /usr/local or $(HOME)/.local))
endif

install: $(BUILT)
	@packaging/install $(PROGRAMS) $(VERSION) $(DESTDIR)$(PREFIX) $(PROGRAM_NAMES)

uninstall:
	@packaging/uninstall $(DESTDIR)$(PREFIX)

# The programs of the package contain Swift's libraries, and run on any x86 server of the last ten years.
deb: packages
	MARCH=x86-64-v3 swift build -c release --static-swift-stdlib --scratch-path .build/deb$(if $(QUIET), --quiet)
	@packaging/deb .build/deb $(VERSION) $(PROGRAM_NAMES)

# Installs the package in an empty Debian and runs it there. Needs root, debootstrap and a Debian mirror.
test-package: deb
	Tests/Package/run .build/deb/credence_$(VERSION)_*.deb

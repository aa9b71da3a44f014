# Credence: `make` explains, `make evaluate` does. The rules of the stages are in pipeline/stages.mk.
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# These two pick OpenBLAS's kernels, and with them the last bits of every result and half of the speed.
unexport OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

# The processor to build for; `x86-64-v3` gives programs that run on any x86 server of the last ten years.
MARCH := native
export MARCH

.PHONY: help packages build lint test
help:
	@sed -n 's/^##//p' $(firstword $(MAKEFILE_LIST))
##  make packages     install what the programs are linked with (apt; as root or with sudo)
##  make build        build all programs
##  make test         lint, build, run every test

packages:
	@pipeline/packages

build: packages
	swift build -c release

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	@if command -v shellcheck > /dev/null; then shellcheck pipeline/packages .ci/run; \
	else echo "lint: shellcheck is not here, so the shell scripts go unread" >&2; fi

test: packages lint
	swift build -c release --build-tests
	swift test -c release --skip-build

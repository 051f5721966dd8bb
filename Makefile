# Hypervisors, Step by Step. `make help` says what there is.

.DEFAULT_GOAL := help
.PHONY: help all deps doctor demo test check bench fuzz book diff clean

STAGES  := $(patsubst %/Makefile,%,$(sort $(wildcard 0[1-9]_*/Makefile)))
PARTS   := $(STAGES) common
# Slow tests first, so that the last ones to run are short and both cores stay busy.
TESTED  := $(shell printf '%s\n' $(STAGES) | sort -r) common book
C_FILES  = $(wildcard $(shell git ls-files '*.c' '*.h'))
SCRIPTS  = $(shell git ls-files ':!*.md' | xargs grep -slE '^\#!.*(/| )(ba)?sh$$' --) common/test/tap.sh

help:  ## This text
	@echo "Hypervisors, Step by Step: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1\t\2/p' Makefile | \
		awk -F'\t' '{ printf "  %-8s %s\n", $$1, $$2 }'
	@echo "A stage has targets of its own: make -C 01_hello help"

all:  ## Build every stage
	@for part in $(STAGES); do $(MAKE) -C $$part --no-print-directory all || exit; done

deps:  ## Install what the stages, their guests and the tests need
	@common/lab/deps

doctor:  ## Look at this machine: what can it run, and which command mends what it can't
	@common/lab/doctor

demo:  ## Show every stage, one after another; no keyboard needed
	@for part in $(STAGES); do \
		echo; echo "==> $$part"; \
		$(MAKE) -C $$part --no-print-directory demo || exit; \
	done

test:  ## Run all tests (PROVEFLAGS=-v shows each)
	@for part in $(TESTED); do $(MAKE) -C $$part --no-print-directory test-build || exit; done
	@prove -j2 -e '' $(PROVEFLAGS) $$(for part in $(TESTED); do \
		$(MAKE) -C $$part -s --no-print-directory test-list | sed "s,^,$$part/,"; done)

check:  ## Compare with the house style, and build with two compilers that forgive nothing
	@echo "clang-format"; clang-format --dry-run -Werror $(C_FILES)
	@echo "shellcheck"; shellcheck $(SCRIPTS)
	@for cc in gcc clang; do for part in $(PARTS); do \
		echo "$$cc -Werror: $$part"; \
		$(MAKE) -C $$part -s -j2 --no-print-directory compile \
			CC=$$cc WERROR=-Werror BUILD=build/check-$$cc || exit; \
	done; done

bench:  ## Stage 04 beside QEMU: start, exits, memory, serial port (RUNS=5; takes a while)
	@$(MAKE) -C 04_serial -s --no-print-directory guest build/vm-static
	@common/lab/bench

fuzz:  ## Feed the parsers and devices with nonsense (FUZZ_SECONDS=600 each)
	@$(MAKE) -C common fuzz

book:  ## Make the book's web site
	@$(MAKE) -C book --no-print-directory site

diff:  ## What changed between two stages: FROM=01_hello TO=02_bios
	@test -d "$(FROM)" && test -d "$(TO)" || { echo "usage: make diff FROM=01_hello TO=02_bios"; exit 2; }
	@diff -ruN --color=auto -x build -x vm -x test $(FROM) $(TO) || test $$? -eq 1

clean:  ## Remove what was built
	@for part in $(TESTED); do $(MAKE) -C $$part --no-print-directory clean; done

# Hypervisors, Step by Step. `make help` says what there is.

.DEFAULT_GOAL := help
.PHONY: help all deps doctor demo test test-slow test-releases check bench fuzz book diff clean
.PHONY: shell exercises exercise exercise-check exercise-solution rejoin

STAGES  := $(patsubst %/Makefile,%,$(sort $(wildcard 0[1-9]_*/Makefile)))
PARTS   := $(STAGES) common
# Slow tests first, so that the last ones to run are short and both cores stay busy.
TESTED  := $(shell printf '%s\n' $(STAGES) | sort -r) common book
# Those of the repository; in a tree that is none, all but what was built.
FILES    = { git ls-files 2>/dev/null || find . \( -name build -o -name .git \) -prune -o -type f -print; }
C_FILES  = $(wildcard $(shell $(FILES) | grep '[.][ch]$$'))
SCRIPTS  = $(shell $(FILES) | grep -v '[.]md$$' | xargs grep -slE '^\#(!.*(/| )(ba)?sh| shellcheck shell=.*)$$' --)

help:  ## This text
	@echo "Hypervisors, Step by Step: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1\t\2/p' Makefile | \
		awk -F'\t' '{ printf "  %-18s %s\n", $$1, $$2 }'
	@echo "A stage has targets of its own: make -C 01_hello help"

all:  ## Build every stage
	@for part in $(STAGES); do $(MAKE) -C $$part --no-print-directory all || exit; done

deps:  ## Install what running the stages needs, and what the targets beside it need: make deps test
	@common/lab/deps $(filter test exercises check fuzz book test-releases net,$(MAKECMDGOALS))

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

test-slow:  ## Run what takes hours: the book's slow commands and wrong solutions, a Debian on a disk, each kernel on stage 05
	@for part in $(TESTED); do $(MAKE) -C $$part --no-print-directory test-build || exit; done
	@SLOW=1 prove -j2 -e '' $(PROVEFLAGS) book/test/transcripts.t book/test/exercises_0?.t 04_serial/test/debian.slow
	@$(MAKE) -C 05_vmx_baremetal --no-print-directory test-kernels

test-releases:  ## Try it on other Debians, as root: RELEASES='trixie sid' STEPS='demo check' (default: all)
	@STEPS='$(STEPS)' common/test/releases $(RELEASES)

check:  ## Compare with the house style, and build with two compilers that forgive nothing
	@common/lab/deps --need check
	@echo "clang-format"; clang-format --dry-run -Werror $(C_FILES)
	@echo "shellcheck"; shellcheck $(SCRIPTS)
	@for cc in gcc clang; do for part in $(PARTS); do \
		echo "$$cc -Werror: $$part"; \
		$(MAKE) -C $$part -s -j2 --no-print-directory compile \
			CC=$$cc WERROR=-Werror BUILD=build/check-$$cc || exit; \
	done; done

bench:  ## What virtualising costs: stage 04 beside QEMU (RUNS=5), 05 beside the bare machine; BASE=COMMIT beside both
	@$(MAKE) -C 04_serial -s --no-print-directory guest ../common/build/guest/vmlinux build/vm-static
	@common/lab/bench/kvm
	@$(MAKE) -C 05_vmx_baremetal -s --no-print-directory bench

fuzz:  ## Feed the parsers and devices with nonsense (FUZZ_SECONDS=600 each)
	@common/lab/deps --need fuzz
	@for part in common 02_bios 05_vmx_baremetal; do $(MAKE) -C $$part fuzz || exit; done

book:  ## Make the book's web site
	@common/lab/deps --need book
	@$(MAKE) -C book --no-print-directory site

diff:  ## What changed between two stages: FROM=01_hello TO=02_bios (STAT=1: how much)
	@COLOUR='$(COLOUR)' book/tools/stage-diff $(if $(STAT),--stat) '$(FROM)' '$(TO)'

shell:  ## Begin a shell in which 01_hello/vm and ./vm run where they can, as the book prints them
	@common/lab/shell

exercises:  ## List the exercises; each checks itself
	@book/tools/exercise list

exercise:  ## Start an exercise in a scratch copy: EX=02-01 (FRESH=1: start over)
	@FRESH='$(FRESH)' book/tools/exercise start '$(EX)'

exercise-check:  ## Is it done? PASS, or what was expected, what came, and a hint: EX=02-01
	@SEED='$(SEED)' book/tools/exercise check '$(EX)'

exercise-solution:  ## The book's solution, beside yours: EX=02-01
	@book/tools/exercise solution '$(EX)'

rejoin:  ## Get a clean STAGE=03 where you fell behind; what you did is put aside
	@book/tools/rejoin '$(STAGE)'

clean:  ## Remove what was built
	@for part in $(TESTED); do $(MAKE) -C $$part --no-print-directory clean; done

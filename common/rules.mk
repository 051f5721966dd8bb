# How things are built and tested here. A Makefile says what it consists of, and includes this, or
# vm.mk where that is a VMM:
#
#   SRC     its own C files             COMMON   the files of common/ that it uses
#   ROM     guest programs (NASM); x.asm becomes build/x.bin and, through xxd -i, build/x_bin.h
#   BIN     programs (NASM) that are files of their own: x.asm becomes build/x.bin
#   TESTS   C unit tests in test/, beside what is found there by itself: the *.t scripts, and the
#           *.asm guests that they run
#
# BUILD=dir builds elsewhere, CC=clang with another compiler, V=1 shows the commands.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
.PHONY: all compile test test-build test-list diff disasm clean help

CC    := $(if $(filter default,$(origin CC)),gcc,$(CC))
NASM  ?= nasm
BUILD ?= build
STAGE := $(lastword $(subst /, ,$(CURDIR)))
TOP   := $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))))
Q     := $(if $(V),,@)
say    = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-6s %s\n' $(1) $(2))

# Who names a file means the folder where they typed the command: make -C has left it, the environment's
# PWD has not. What isn't there is looked for here.
FILES := BIOS DISK INITRD KERNEL KUT LAB_KERNEL LAB_MODULES
there  = $(if $(PWD),$(shell test -e '$(PWD)/$(1:%,ro=%)' && ! test '$(PWD)' -ef . && echo '$(PWD)/'))
$(foreach name,$(FILES),$(if $(and $(filter command environment,$(firstword $(origin $(name)))), \
	$(filter-out /%,$($(name)))),$(eval export override $(name) := $$(call there,$$($(name)))$$($(name)))))

# Of a variable that has few values, another one is an error: $(call one_of,NAME,VALUE|VALUE...).
one_of = $(if $(filter-out $(subst |, ,$(2)),$($(1))),$(error $(1)=$($(1)): expected $(subst |, or ,$(2))))
$(call one_of,TRACE,0|1)

# Fields that an initializer leaves out are zero: that is the language's word, and tables rely on it.
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wno-missing-field-initializers $(WERROR)
CFLAGS   ?= -O2 -g
ALLFLAGS  = -std=c11 -D_GNU_SOURCE -I$(TOP) -I$(BUILD) $(WARNINGS) $(CFLAGS) -MMD -MP

OBJ       := $(SRC:%.c=$(BUILD)/%.o) $(COMMON:%.c=$(BUILD)/common/%.o)
GENERATED := $(ROM:%.asm=$(BUILD)/%_bin.h)
UNITS     := $(TESTS:%.c=$(BUILD)/test/%)
TESTROMS  := $(patsubst %.asm,$(BUILD)/%.bin,$(wildcard test/*.asm))
SCRIPTS    = $(sort $(wildcard test/*.t))
NEIGHBOUR := $(shell ls -d $(TOP)/0[1-9]_* | sed 's,.*/,,' | grep -B1 -x $(STAGE) | head -n1)

all: $(BIN:%.asm=$(BUILD)/%.bin)  ## Build the program

test: test-build  ## Run this stage's tests (PROVEFLAGS=-v shows each)
	$(Q)prove -e '' $(PROVEFLAGS) $(SCRIPTS) $(UNITS)

compile: all $(UNITS) $(TESTROMS)

test-build: compile

test-list:
	@printf '%s\n' $(SCRIPTS) $(UNITS)

diff:  ## What this stage adds to the one before it
	$(Q)test $(NEIGHBOUR) != $(STAGE) || { echo "$(STAGE) is the first stage"; exit 1; }
	$(Q)$(MAKE) -s --no-print-directory -C $(TOP) diff FROM=$(NEIGHBOUR) TO=$(STAGE)

disasm: $(patsubst %.asm,$(BUILD)/%.bin,$(ROM) $(BIN))  ## Show the guest programs as the CPU sees them
	$(Q)for bin in $^; do echo "$$bin:"; ndisasm -b 16 $$bin; done

clean:  ## Remove what was built
	$(Q)rm -rf $(BUILD) $(VM)

# The comment at the head of the Makefile says which variables there are.
help:  ## This text
	$(Q)sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile
	$(Q)printf '\nmake TARGET (TRACE=1: a line for each VM exit; V=1: the commands, too)\n'
	$(Q)sed -n 's/^\([a-z0-9-]*\):.*  ## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		awk -F'\t' '!seen[$$1]++ { printf "  %-10s %s\n", $$1, $$2 }'

$(BUILD)/%.o: %.c Makefile $(TOP)/common/rules.mk | $(GENERATED)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/common/%.o: $(TOP)/common/%.c Makefile $(TOP)/common/rules.mk | $(GENERATED)
	$(call say,CC,common/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

# A unit test is linked with everything but the stage's own main.
$(BUILD)/test/%: test/%.c $(filter-out $(BUILD)/main.o,$(OBJ)) Makefile $(TOP)/common/rules.mk
	$(call say,TEST,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -o $@ $< $(filter %.o,$^) $(LDFLAGS) $(LDLIBS)

# With NASM's own choice of warnings: -Wall would name every address in a flat binary.
$(BUILD)/%.bin: %.asm Makefile | $(BUILD)/x86.inc
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(NASM) -M -MT $@ -I$(BUILD)/ $< >$@.d && $(NASM) -f bin $(WERROR) -I$(BUILD)/ -o $@ $<

# The numbers of x86.h for assembly.
$(BUILD)/x86.inc: $(TOP)/common/pc/x86.h
	$(Q)mkdir -p $(@D) && sed -nE -e 's/^#define (\w+) +BIT\((\w+)\).*/%define \1 (1 << \2)/p' \
		-e 's/^#define (\w+) +(UINT64_C\()?(0x\w+).*/%define \1 \3/p' $< >$@

$(BUILD)/%_bin.h: $(BUILD)/%.bin
	$(call say,XXD,$@)
	$(Q)cd $(<D) && xxd -i $(<F) >$(@F)

-include $(OBJ:.o=.d) $(UNITS:=.d) $(patsubst %.asm,$(BUILD)/%.bin.d,$(ROM) $(BIN))

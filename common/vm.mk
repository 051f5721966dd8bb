# A stage that is a VMM on KVM: how its program is linked and run. For what it consists of see rules.mk.
#
#   FAST    --fast, where the guest is a whole kernel       WITH   a file that the program opens
#   WRITES  options of the program that name a file to be written: its changes come back from the lab
#   ARGS    what goes to the program                               without being told to
#   BEFORE  a program that runs it
#   DEMO    arguments with which it needs no keyboard and ends by itself, where ARGS don't do that
#
# TRACE=1 makes it print one line for each VM exit.

include $(dir $(lastword $(MAKEFILE_LIST)))rules.mk

VM ?= $(if $(BUILD:build=),$(BUILD)/vm,vm)
# Straight on /dev/kvm or in the KVM lab: common/lab/run decides.
RUN = $(BEFORE) $(TOP)/common/lab/run $(FAST) $(WITH:%=--with %) $(WRITES:%=--writes %) --

.PHONY: run demo tsan
export TRACE

# The clock has a thread of its own, and older C libraries have those in a library of their own.
LDLIBS += -pthread

all: $(VM)

run: all  ## Run it (ARGS='...' for its arguments)
	$(Q)$(RUN) $(if $(filter /%,$(VM)),,./)$(VM) $(ARGS)

demo: all
	$(Q)$(RUN) $(if $(filter /%,$(VM)),,./)$(VM) $(or $(DEMO),$(ARGS))

$(VM): $(OBJ)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJ) $(LDLIBS)

$(BUILD)/vm-static: $(OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -static -o $@ $(OBJ) $(LDLIBS)

# The program for a test that looks for races.
tsan:
	$(Q)$(MAKE) -s --no-print-directory VM=$(BUILD)/tsan/vm BUILD=$(BUILD)/tsan \
		CFLAGS='-O1 -g -fsanitize=thread' $(BUILD)/tsan/vm

# What the KVM lab consists of besides its kernel, built in OUT; kvm-lab/start calls this each time.
# Every file is made under another name and renamed, so that two of these may run at once. A make that
# runs the lab hands the variables of its command line down to here, LAB=1 for one.

HERE   := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
CC     := gcc
CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -I$(HERE)

BUSYBOX ?= $(shell command -v busybox)

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.PHONY: all

all: $(OUT)/outside $(OUT)/base.cpio

$(OUT)/outside: $(HERE)/kvm-lab/outside.c $(HERE)/relay.c $(HERE)/relay.h
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -o $@.$$PPID $(filter %.c,$^) && mv $@.$$PPID $@

$(OUT)/root/lab/inside: $(HERE)/kvm-lab/inside.c $(HERE)/relay.c $(HERE)/relay.h
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -static -o $@.$$PPID $(filter %.c,$^) && mv $@.$$PPID $@

# What every lab has; kvm-lab appends what the command needs.
$(OUT)/base.cpio: $(OUT)/vmlinuz $(OUT)/root/lab/inside $(HERE)/kvm-lab/serial $(HERE)/kvm-lab/init $(BUSYBOX)
	@root=$@.$$PPID.d; mkdir -p $$root/bin $$root/lab $$root/lib/modules && \
	cp $(HERE)/kvm-lab/init $$root/init && cp $(BUSYBOX) $$root/bin/busybox && \
	cp $(OUT)/root/lab/inside $(HERE)/kvm-lab/serial $$root/lab/ && cp $(OUT)/modules/*.ko $$root/lib/modules/ && \
	(cd $$root && find . | cpio --quiet -o -H newc -R 0:0) >$@.$$PPID && mv $@.$$PPID $@ && \
	rm -rf $$root

# The terminals of the VT-x machine; vmx-lab/start calls this each time.
PTYRUN := $(HERE)/../build/ptyrun

.PHONY: ptyrun
ptyrun: $(PTYRUN)

$(PTYRUN): $(HERE)/vmx-lab/ptyrun.c $(HERE)/relay.c $(HERE)/relay.h
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -o $@.$$PPID $(filter %.c,$^) && mv $@.$$PPID $@

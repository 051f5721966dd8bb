# What is different where there is no operating system: C files become a flat binary, the binary and
# its payloads a disk image, and the image runs on a machine of its own.

GUEST_NAME := $(or $(GUEST),hello)
MACHINE ?= auto
MEMORY  ?= 256

VM      :=
override GUEST := $(wildcard test/guest/*.asm)
IMAGE    = $(BUILD)/disk.img
VMX_LAB  = $(TOP)/common/lab/vmx-lab
LDLIBS   = $(BUILD)/host.a

CMDLINE   ?= console=ttyS0

include ../common/common.mk
include ../common/guest/guest.mk

export BUILD

.PHONY: debug bench usb test-kernels FORCE

# Everything below kernel/, vmm/ and test/suite/, twice: for the bare machine, and as a library for
# the unit tests.
BARE_C    := main.c $(filter-out %/offsets.c,$(wildcard kernel/*.c vmm/*.c test/suite/*.c))
BARE_ASM  := $(wildcard kernel/*.asm vmm/*.asm)
BARE_OBJ  := $(BARE_C:%.c=$(BUILD)/bare/%.o) $(BARE_ASM:%.asm=$(BUILD)/bare/%.asm.o) \
             $(BARE_COMMON:%.c=$(BUILD)/bare/common/%.o)
HOST_C    := $(filter-out main.c kernel/string.c,$(BARE_C)) boot/image_table.c
HOST_OBJ  := $(HOST_C:%.c=$(BUILD)/host/%.o) $(BARE_COMMON:%.c=$(BUILD)/host/common/%.o)
TOOL_OBJ  := $(patsubst %,$(BUILD)/host/%.o,boot/mkimage boot/image_table common/host/file)
KVM_OBJ   := $(patsubst %,$(BUILD)/host/%.o,test/kvm_guests $(addprefix common/,host/file kvm/io \
               kvm/ioctl kvm/memory kvm/vcpu machine/guest_ram machine/port))
OFFSETS   := $(patsubst %.c,$(BUILD)/%.inc,$(wildcard */offsets.c))
BOOT_BIN  := $(BUILD)/boot/boot.bin $(BUILD)/boot/loader.bin
GUESTS    := $(GUEST:%.asm=$(BUILD)/%.bin)
HELLO      = $(TOP)/01_hello/build/rom.bin
BIOS      ?= /usr/share/seabios/bios-256k.bin

ALLFLAGS  += -I.
BAREFLAGS := -ffreestanding -fno-pic -fno-pie -mno-red-zone -mgeneral-regs-only \
             -fcf-protection=none -fno-stack-protector -fno-omit-frame-pointer \
             -fno-optimize-sibling-calls -fno-asynchronous-unwind-tables
# Twice: NASM 2.16 does not see all of what a file includes while it assembles it.
nasm       = $(NASM) -M -MT $@ -I$(BUILD)/ -I./ $< >$@.d && \
             $(NASM) -f $(1) $(WERROR) -I$(BUILD)/ -I./ -o $@ $<

# The files of the image, after the hypervisor itself: NAME=FILE. Of the tests' guests it gets the
# one that is asked for, or all for the suite.
CHOSEN    := $(filter $(if $(GUEST_NAME:suite=),%/$(GUEST_NAME).bin,%),$(GUESTS))
PAYLOADS   = symbols=$(BUILD)/symbols options=$(BUILD)/options hello=$(HELLO) \
             $(if $(filter bios,$(GUEST_NAME)),bios=$(BIOS)) \
             $(if $(filter suite,$(GUEST_NAME)),bios=$(BUILD)/test/guest/ports.bin) \
             $(if $(filter linux,$(GUEST_NAME)),kernel=$(KERNEL) initrd=$(INITRD)) \
             $(foreach bin,$(CHOSEN),$(basename $(notdir $(bin)))=$(bin))

all: $(IMAGE)

test-build: guest $(BUILD)/test/damage $(BUILD)/test/kvm_guests

test-kernels: test-build kernels  ## Boot and use each kernel that is promised (half an hour)
	$(Q)prove -e '' -v test/kernels.sh

run demo: RUN = $(VMX_LAB) --machine $(MACHINE) --memory $(MEMORY)
run demo: VM = $(IMAGE)

disasm: $(BOOT_BIN)

$(UNITS) $(BUILD)/test/damage: $(BUILD)/host.a

# Static, for the KVM lab.
$(BUILD)/test/kvm_guests: $(KVM_OBJ)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -static -o $@ $^

debug: all  ## The same under a debugger: Bochs' own, or gdb through QEMU's stub
	$(Q)$(VMX_LAB) --debug $(BUILD)/symbols --machine $(MACHINE) --memory $(MEMORY) $(IMAGE)

bench: all $(KERNEL) $(INITRD)  ## What the hypervisor costs, in instructions: a boot of Linux, and one exit
	$(Q)$(MAKE) -s -C $(TOP)/01_hello BUILD=build GUEST= build/vm-static
	$(Q)$(TOP)/common/lab/vmx-bench $(BUILD) $(BUILD)/bench

usb: all  ## How to put the image on a USB stick (writes nothing)
	$(Q)sed 's,@IMAGE@,$(IMAGE),' boot/usb.txt

$(IMAGE): $(BUILD)/mkimage $(BOOT_BIN) $(BUILD)/hypervisor.bin $(BUILD)/symbols $(BUILD)/options \
          $(BUILD)/payloads $(HELLO) $(GUESTS) $(if $(filter bios,$(GUEST_NAME)),$(BIOS)) \
          $(if $(filter linux,$(GUEST_NAME)),$(KERNEL) $(INITRD))
	$(call say,IMAGE,$@)
	$(Q)$(BUILD)/mkimage $@ $(BOOT_BIN) hypervisor=$(BUILD)/hypervisor.bin $(PAYLOADS)

$(BUILD)/mkimage: $(TOOL_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/hypervisor.bin: $(BUILD)/hypervisor.elf
	$(Q)objcopy -O binary $< $@

$(BUILD)/hypervisor.elf: hypervisor.ld $(BARE_OBJ) $(BUILD)/boot/offsets.ld
	$(call say,LINK,$@)
	$(Q)$(CC) -nostdlib -static -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
		-Wl,--build-id=none -L$(BUILD) -Wl,-T,$< -o $@ $(BARE_OBJ)

# The addresses of boot/image.h for the linker script.
$(BUILD)/boot/offsets.ld: $(BUILD)/boot/offsets.inc
	$(Q)sed -n 's/^%define \([A-Z]*_ADDRESS\) \(.*\)/\1 = \2;/p' $< >$@

# Functions only, by address. Labels inside of assembly functions have a dot; so have the clones
# that gcc makes, which keep the name of their original. text_start is where start is.
$(BUILD)/symbols: $(BUILD)/hypervisor.elf
	$(Q)nm -n $< | grep -v ' text_start$$' | sed -E -n >$@ \
		's/^([0-9a-f]+) [Tt] ([^.]+)([.](isra|constprop|part|cold).*)?$$/\1 \2/p'

# Two files that are written anew only when something in them has changed: the options, and a list of
# what is in the image, since another kernel may be an older file.
$(BUILD)/options: FORCE
	$(Q)mkdir -p $(@D) && { echo 'guest=$(GUEST_NAME)'; echo 'crash=$(CRASH)'; \
		echo 'trace=$(TRACE)'; echo 'stats=$(STATS)'; echo 'cost=$(COST)'; \
		echo 'cmdline=$(CMDLINE)'; } >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

$(BUILD)/payloads: FORCE
	$(Q)mkdir -p $(@D) && echo '$(PAYLOADS)' >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

# The very ROM of the first stage.
$(HELLO): FORCE
	$(Q)$(MAKE) -s -C $(TOP)/01_hello BUILD=build GUEST= build/rom.bin

$(BUILD)/bare/%.o: %.c Makefile image.mk
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -c -o $@ $<

$(BUILD)/bare/common/%.o: $(TOP)/common/%.c Makefile image.mk
	$(call say,CC,common/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -c -o $@ $<

$(BUILD)/bare/%.asm.o: %.asm Makefile image.mk | $(OFFSETS)
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(call nasm,elf64)

$(BOOT_BIN): $(BUILD)/boot/%.bin: boot/%.asm Makefile image.mk | $(OFFSETS)
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(call nasm,bin)

$(BUILD)/%/offsets.inc: %/offsets.c Makefile image.mk
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -MT $@ -MF $@.d -S -o $@.s $<
	$(Q)sed -n 's/.*"\(%define .*\)".*/\1/p' $@.s >$@

$(BUILD)/host/%.o: %.c Makefile image.mk
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/host/common/%.o: $(TOP)/common/%.c Makefile image.mk
	$(call say,HOSTCC,common/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/host.a: $(HOST_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

-include $(BARE_OBJ:=.d) $(BARE_OBJ:.o=.d) $(HOST_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(KVM_OBJ:.o=.d) $(OFFSETS:=.d)
-include $(GUESTS:=.d) $(BOOT_BIN:=.d)

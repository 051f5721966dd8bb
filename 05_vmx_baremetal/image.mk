# What is different where there is no operating system: C files become a flat binary, the binary and
# its payloads a disk image, and the image runs on a machine of its own.

GUEST   ?= hello
MACHINE ?= auto
MEMORY  ?= 256

FIRMWARE ?= bios

BIN      = $(wildcard test/guest/*/*.asm)
HDD      = $(BUILD)/disk.img
USB      = $(BUILD)/usb.img
IMAGE    = $(if $(filter uefi,$(FIRMWARE)),$(USB),$(HDD))
VMX_LAB  = $(TOP)/common/lab/vmx-lab/start
LAB_ARGS = $(if $(MACHINE),--machine '$(MACHINE)') $(if $(MEMORY),--memory '$(MEMORY)')
LDLIBS   = $(BUILD)/host.a

CMDLINE   ?= console=ttyS0

include ../common/rules.mk
include ../common/guest/guest.mk

SCRIPTS += test/kut/kut.t

export BUILD

.PHONY: debug bench bench-kut usb test-kernels test-kut FORCE

# Everything below kernel/ and vmm/, twice: for the bare machine, and as a library for the unit tests.
# With main.c it is the hypervisor, with test/suite/ another program: GUEST=suite.
PROGRAM   := $(if $(filter suite,$(GUEST)),suite,hypervisor)
SUITE_C   := $(wildcard test/suite/*.c)
SUITE_OBJ := $(SUITE_C:%.c=$(BUILD)/bare/%.o)
BARE_C    := $(filter-out %/offsets.c,$(wildcard kernel/*.c kernel/*/*.c vmm/*.c vmm/*/*.c vmm/*/*/*.c))
BARE_ASM  := $(wildcard kernel/*.asm kernel/*/*.asm vmm/*/*.asm)
BARE_OBJ  := $(BARE_C:%.c=$(BUILD)/bare/%.o) $(BARE_ASM:%.asm=$(BUILD)/bare/%.asm.o) \
             $(BARE_COMMON:%.c=$(BUILD)/bare/common/%.o)
HOST_C    := $(filter-out %/main.c kernel/string.c,$(BARE_C) $(SUITE_C)) boot/image_table.c $(addprefix boot/uefi/,gpt.c map.c screen.c tables.c)
HOST_OBJ  := $(HOST_C:%.c=$(BUILD)/host/%.o) $(BARE_COMMON:%.c=$(BUILD)/host/common/%.o)
TOOL_OBJ  := $(patsubst %,$(BUILD)/host/%.o,boot/mkimage boot/image_table common/host/file)
KVM_OBJ   := $(patsubst %,$(BUILD)/host/%.o,test/tools/kvm_guests $(addprefix common/,host/file kvm/exits/io \
               kvm/ioctl kvm/memory kvm/vcpu pc/guest_ram pc/port))
OFFSETS   := $(patsubst %.c,$(BUILD)/%.inc,$(wildcard */offsets.c */*/offsets.c))
FIRMWARES := $(BUILD)/test/tools/high.efi $(BUILD)/test/tools/busy.efi
BOOT_BIN  := $(BUILD)/boot/boot.bin $(BUILD)/boot/loader.bin
GUESTS    := $(BIN:%.asm=$(BUILD)/%.bin)
HELLO      = $(TOP)/01_hello/build/rom.bin
BIOS      ?= /usr/share/seabios/bios-256k.bin
$(if $(DISK),$(if $(filter linux,$(GUEST)),,$(error DISK=$(DISK) GUEST=$(GUEST): expected GUEST=linux, no other guest has a disk)))
$(call one_of,MACHINE,auto|qemu|bochs|tcg)
$(call one_of,FIRMWARE,bios|uefi)
$(call one_of,X2APIC,0|1)
$(call one_of,STATS,0|1)
$(call one_of,COST,1|series)
VDA        = $(DISK:%,ro=%)
COMMA     := ,

ALLFLAGS  += -I.
BAREFLAGS := -ffreestanding -fno-pic -fno-pie -mno-red-zone -mgeneral-regs-only \
             -fcf-protection=none -fno-stack-protector -fno-omit-frame-pointer \
             -fno-optimize-sibling-calls -fno-asynchronous-unwind-tables
# Twice: NASM 2.16 does not see all of what a file includes while it assembles it.
nasm       = $(NASM) -M -MT $@ -I$(BUILD)/ -I./ $< >$@.d && \
             $(NASM) -f $(1) $(WERROR) -I$(BUILD)/ -I./ -o $@ $<

# The files of the image, after the hypervisor itself: NAME=FILE. Of the tests' guests it gets the
# one that is asked for, or all for the suite.
CHOSEN    := $(filter $(if $(GUEST:suite=),%/$(GUEST).bin,%),$(GUESTS))
PAYLOADS   = symbols=$(BUILD)/$(PROGRAM).symbols options=$(BUILD)/options hello=$(HELLO) \
             $(if $(filter bios,$(GUEST)),bios=$(BIOS)) \
             $(if $(filter suite,$(GUEST)),bios=$(BUILD)/test/guest/devices/ports.bin) \
             $(if $(filter linux,$(GUEST)),kernel=$(KERNEL) $(addprefix initrd=,$(INITRD)) $(addprefix disk=,$(VDA))) \
             $(foreach bin,$(CHOSEN),$(basename $(notdir $(bin)))=$(bin))

all: $(IMAGE)

run: all  ## Run it
demo: all
run demo:
	$(Q)$(VMX_LAB) $(if $(FIRMWARE),--firmware '$(FIRMWARE)') $(LAB_ARGS) $(IMAGE)

test-build: guest $(USB) $(BUILD)/suite.bin $(BUILD)/suite.symbols $(addprefix $(BUILD)/test/tools/,damage hole.bin kvm_guests screen_text) $(FIRMWARES)

test-kernels: test-build kernels  ## Boot and use each kernel that is promised (half an hour)
	$(Q)prove -e '' -v test/tools/kernels.sh

test-kut: all $(BUILD)/x86.inc  ## Run kvm-unit-tests, built elsewhere: KUT=FOLDER with its *.flat; ONLY="TEST" one of the table
	$(Q)test/kut/run '$(KUT)' $(if $(ONLY),'$(ONLY)')

disasm: $(BOOT_BIN)

$(UNITS) $(addprefix $(BUILD)/test/tools/,damage screen_text): $(BUILD)/host.a

$(BUILD)/test/tools/screen_text: $(BUILD)/host/common/host/file.o

# It has the guests in it.
$(BUILD)/test/bare.bin: $(GUESTS)

# Static, for the KVM lab.
$(BUILD)/test/tools/kvm_guests: $(KVM_OBJ)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LDFLAGS) -static -o $@ $^

bench-kut: all $(BUILD)/x86.inc  ## What exits cost here and in KVM, measured by a program of kvm-unit-tests: KUT=FOLDER
	$(Q)$(MAKE) -s -C $(TOP)/04_serial BUILD=build build/vm-static
	$(Q)test/kut/vmexit '$(KUT)' $(BUILD)/bench

debug: all  ## The same under a debugger: Bochs' own, or gdb through QEMU's stub
	$(Q)$(VMX_LAB) --debug $(BUILD)/$(PROGRAM).symbols $(LAB_ARGS) $(IMAGE)

bench: all $(KERNEL) $(INITRD)  ## What the hypervisor costs, in instructions: a boot of Linux, and single exits; BASE=COMMIT beside it
	$(Q)$(MAKE) -s -C $(TOP)/01_hello BUILD=build build/vm-static
	$(Q)$(TOP)/common/lab/bench/vmx '$(abspath $(BUILD))' '$(abspath $(BUILD))/bench' $(BASE)

usb: $(USB)  ## How to put the image on a USB stick (writes nothing)
	$(Q)sed 's,@IMAGE@,$(abspath $(USB)),; s,@GUEST@,$(GUEST),' boot/usb.txt

$(HDD): $(BUILD)/mkimage $(BOOT_BIN) $(BUILD)/$(PROGRAM).bin $(BUILD)/$(PROGRAM).symbols $(BUILD)/options \
          $(BUILD)/payloads $(HELLO) $(GUESTS) $(if $(filter bios,$(GUEST)),$(BIOS)) \
          $(if $(filter linux,$(GUEST)),$(KERNEL) $(INITRD) $(wildcard $(VDA)))
	$(call say,IMAGE,$@)
	$(Q)$(BUILD)/mkimage $@ $(BOOT_BIN) hypervisor=$(BUILD)/$(PROGRAM).bin $(PAYLOADS)

# The loader for UEFI, with the files of the disk image in it. Its C code is position-independent.
UEFI_OBJ := $(patsubst %,$(BUILD)/uefi/%.o,$(addprefix boot/uefi/,loader apic map screen tables) kernel/console/format \
              kernel/console/uart kernel/panic/power kernel/string)

$(BUILD)/uefi/%.o: %.c Makefile image.mk
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(filter-out -fno-pi%,$(BAREFLAGS)) -fpie \
		-c -o $@ $<

$(BUILD)/uefi/entry.o: boot/uefi/entry.asm Makefile image.mk | $(OFFSETS) $(BUILD)/x86.inc
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(call nasm,elf64)

$(BUILD)/uefi/headers.o: boot/uefi/headers.asm $(HDD) Makefile image.mk | $(OFFSETS)
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(NASM) -f elf64 $(WERROR) -I$(BUILD)/ -DIMAGE="'$(HDD)'" -o $@ $<

$(BUILD)/uefi/bootx64.elf: boot/uefi/uefi.ld $(UEFI_OBJ) $(BUILD)/uefi/entry.o $(BUILD)/uefi/headers.o
	$(call say,LINK,$@)
	$(Q)ld -nostdlib -static --no-relax -z noexecstack -T $< -o $@ $(filter %.o,$^)

$(BUILD)/uefi/bootx64.efi: $(BUILD)/uefi/bootx64.elf
	$(Q)objcopy -O binary $< $@

# The same with something of the tests' before it.
$(FIRMWARES:.efi=.elf): $(BUILD)/%.elf: boot/uefi/uefi.ld $(UEFI_OBJ) $(BUILD)/uefi/entry.o $(BUILD)/uefi/headers.o $(BUILD)/uefi/%.o
	$(Q)mkdir -p $(@D) && ld -nostdlib -static --no-relax -z noexecstack --wrap=loader -T $< -o $@ $(filter %.o,$^)

$(FIRMWARES): %.efi: %.elf
	$(Q)objcopy -O binary $< $@

# A file system whose one file is where every UEFI looks.
$(BUILD)/uefi/fat.img: $(BUILD)/uefi/bootx64.efi
	$(Q)command -v mformat >/dev/null || { echo "an image for UEFI needs mtools: apt-get install mtools"; exit 2; }
	$(Q)rm -f $@ && mformat -C -F -T $$(($$(stat -c %s $<) / 512 + 70000)) -i $@ :: && \
		mmd -i $@ ::/EFI ::/EFI/BOOT && mcopy -i $@ $< ::/EFI/BOOT/BOOTX64.EFI

# For a BIOS and for UEFI.
$(USB): $(BUILD)/hybrid $(HDD) $(BUILD)/uefi/fat.img
	$(call say,IMAGE,$@)
	$(Q)$(BUILD)/hybrid $@ $(HDD) $(BUILD)/uefi/fat.img

$(BUILD)/hybrid: $(patsubst %,$(BUILD)/host/%.o,boot/uefi/hybrid boot/uefi/gpt boot/image_table common/host/file)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/mkimage: $(TOOL_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/hypervisor.bin $(BUILD)/suite.bin: %.bin: %.elf
	$(Q)objcopy -O binary $< $@

$(BUILD)/hypervisor.elf: $(BUILD)/bare/main.o
$(BUILD)/suite.elf: $(SUITE_OBJ)

$(BUILD)/hypervisor.elf $(BUILD)/suite.elf: hypervisor.ld $(BARE_OBJ) $(BUILD)/boot/offsets.ld
	$(call say,LINK,$@)
	$(Q)$(CC) -nostdlib -static -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
		-Wl,--build-id=none -L$(BUILD) -Wl,-T,hypervisor.ld -o $@ $(filter %.o,$^)

# The addresses of boot/image.h for the linker script.
$(BUILD)/boot/offsets.ld: $(BUILD)/boot/offsets.inc
	$(Q)sed -n 's/^%define \([A-Z]*_ADDRESS\) \(.*\)/\1 = \2;/p' $< >$@

# Functions only, by address. Labels inside of assembly functions have a dot; so have the clones
# that gcc makes, which keep the name of their original. text_start is where start is.
%.symbols: %.elf
	$(Q)nm -n $< | grep -v ' text_start$$' | sed -E -n >$@ \
		's/^([0-9a-f]+) [Tt] ([^.]+)([.](isra|constprop|part|cold).*)?$$/\1 \2/p'

# Two files that are written anew only when something in them has changed: the options, and a list of
# what is in the image, since another kernel may be an older file.
$(BUILD)/options: FORCE
	$(Q)mkdir -p $(@D) && { echo 'guest=$(GUEST)'; echo 'crash=$(CRASH)'; \
		echo 'trace=$(TRACE)'; echo 'stats=$(STATS)'; echo 'cost=$(COST)'; echo 'x2apic=$(X2APIC)'; \
		echo 'disk=$(if $(filter %$(COMMA)ro,$(DISK)),ro)'; echo 'cmdline=$(CMDLINE)'; } >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

$(BUILD)/payloads: FORCE
	$(Q)mkdir -p $(@D) && echo '$(PAYLOADS)' >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

# The very ROM of the first stage.
$(HELLO): FORCE
	$(Q)$(MAKE) -s -C $(TOP)/01_hello BUILD=build build/rom.bin

$(BUILD)/bare/%.o: %.c Makefile image.mk
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -c -o $@ $<

$(BUILD)/bare/common/%.o: $(TOP)/common/%.c Makefile image.mk
	$(call say,CC,common/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -c -o $@ $<

$(BUILD)/bare/%.asm.o: %.asm Makefile image.mk | $(OFFSETS) $(BUILD)/x86.inc
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(call nasm,elf64)

$(BOOT_BIN): $(BUILD)/boot/%.bin: boot/%.asm Makefile image.mk | $(OFFSETS) $(BUILD)/x86.inc
	$(call say,NASM,$<)
	$(Q)mkdir -p $(@D) && $(call nasm,bin)

$(BUILD)/%/offsets.inc: %/offsets.c Makefile image.mk
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) $(BAREFLAGS) -MT $@ -MF $@.d -S -o $@.s $<
	$(Q)sed -n 's/.*"\(%define .*\)".*/\1/p' $@.s >$@

# Unit tests have an array in the place of the VMCS.
$(UNITS) $(HOST_OBJ): ALLFLAGS += -iquote test/unit/fake

$(BUILD)/host/%.o: %.c Makefile image.mk
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/host/common/%.o: $(TOP)/common/%.c Makefile image.mk
	$(call say,HOSTCC,common/$*.c)
	$(Q)mkdir -p $(@D) && $(CC) $(ALLFLAGS) -c -o $@ $<

$(BUILD)/host.a: $(HOST_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

-include $(BARE_OBJ:=.d) $(BARE_OBJ:.o=.d) $(SUITE_OBJ:.o=.d) $(BUILD)/bare/main.d $(HOST_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(KVM_OBJ:.o=.d) $(OFFSETS:=.d)
-include $(UEFI_OBJ:.o=.d) $(FIRMWARES:$(BUILD)/%.efi=$(BUILD)/uefi/%.d) $(BUILD)/uefi/entry.o.d
-include $(GUESTS:=.d) $(BOOT_BIN:=.d)

# The stock Linux guest: a distribution's kernel and an initramfs of ours. For stages that boot it.
#
#   KERNEL, INITRD  the files to boot; point them elsewhere, or use these
#   UNPACKED        the same kernel as an ELF file, which needn't unpack itself at each start
#
# Their rules build them; `make guest` does nothing else.

LINUX  := $(TOP)/common/build/guest
KERNEL ?= $(LINUX)/vmlinuz
INITRD ?= $(LINUX)/initrd.gz
UNPACKED = $(if $(filter $(LINUX)/vmlinuz,$(KERNEL)),$(LINUX)/vmlinux,$(KERNEL))

.PHONY: guest
guest: $(KERNEL) $(INITRD)  ## Get the guest's kernel and build its initramfs

$(LINUX)/vmlinuz: $(TOP)/common/guest/get-kernel
	$(call say,GET,vmlinuz)
	$(Q)mkdir -p $(@D) && file=$$($<) && cp "$$file" $@.$$$$ && mv $@.$$$$ $@

# What can't be unpacked stays as it is, and does it itself.
$(LINUX)/vmlinux: $(LINUX)/vmlinuz $(TOP)/common/guest/extract-vmlinux
	$(call say,UNPACK,vmlinux)
	$(Q)$(TOP)/common/guest/extract-vmlinux $< $@ || ln -f $< $@

# Without the modules of the kernel that is fetched, which a line says then, it is one that knows no
# disk and no network.
DRIVERS := virtio_ring virtio virtio_mmio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover net_failover virtio_net
$(LINUX)/initrd.gz: $(addprefix $(TOP)/common/guest/,mkinitrd get-modules init $(addprefix etc/,passwd shadow group inittab issue profile dhcp)) \
                    $(LINUX)/hvctl
	$(call say,INITRD,initrd.gz)
	$(Q)modules=$$($(TOP)/common/guest/get-modules $(DRIVERS)) || modules=; \
		printf %s "$$modules" | xargs -d '\n' $< $@ $(LINUX)/hvctl

# Nothing in it depends on where and when it was built.
$(LINUX)/hvctl: $(addprefix $(TOP)/common/,guest/hvctl.c pc/hypercall.h)
	$(call say,CC,hvctl)
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE -I$(TOP) $(WARNINGS) -O2 -s -static \
		-Wl,--build-id=none -o $@.$$$$ $< && mv $@.$$$$ $@

# The kernels that the tests boot: NAME is a bzImage, NAME.elf the vmlinux in it. What can't be had
# here is left out, and its tests skip.
KERNELS  := $(LINUX)/kernels
FLAVOURS := cloud amd64 rt backports

.PHONY: kernels
kernels:  ## Get the kernels that the tests boot
	$(Q)for name in $(FLAVOURS); do \
		$(MAKE) -s --no-print-directory $(KERNELS)/$$name.elf || echo "  no $$name kernel here"; \
	done
	$(Q)$(MAKE) -s --no-print-directory $(KERNELS)/memtest || echo "  no memtest86+ here"

$(FLAVOURS:%=$(KERNELS)/%): $(KERNELS)/%: $(TOP)/common/guest/get-kernel
	$(call say,GET,$*)
	$(Q)mkdir -p $(@D) && file=$$($< $*) && cp "$$file" $@.$$$$ && mv $@.$$$$ $@

$(FLAVOURS:%=$(KERNELS)/%.elf): $(KERNELS)/%.elf: $(KERNELS)/% $(TOP)/common/guest/extract-vmlinux
	$(call say,UNPACK,$*.elf)
	$(Q)$(TOP)/common/guest/extract-vmlinux $< $@

# Debian's memory tester is one too, by the way in which it boots.
$(KERNELS)/memtest:
	$(call say,GET,memtest)
	$(Q)rm -rf $@.tmp && mkdir -p $@.tmp && cd $@.tmp && apt-get -qq download memtest86+ 2>/dev/null && \
		dpkg-deb -x *.deb . && mv boot/*x64.bin ../memtest && rm -rf ../memtest.tmp

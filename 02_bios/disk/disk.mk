# The disk: what it adds to the stage, and a test for boot sectors.

COMMON += host/disk_image.c
SRC += $(addprefix disk/,ata.c ata_command.c ata_drive.c disk.c fw_cfg.c keys.c screen.c)
ROM := disk/screen.asm
BIN := disk/mbr.asm

TESTS     := $(addprefix unit/,ata_test.c ata_command_test.c keys_test.c)
FUZZ_WITH := $(addprefix disk/,ata.c ata_command.c ata_drive.c) ../common/kvm/ioctl.c

# What the stage writes to. And without a disk the log's last words end the run.
WRITES    := --disk --log
DISK_ARGS  = $(if $(DISK),--disk '$(DISK)',--until 'No bootable device')

test-mbr: all  ## Boot DISK=my.img and see whether it prints EXPECT='text' (LIMIT=240 seconds)
	$(Q)RUN='$(RUN)' disk/test-mbr '$(DISK)' '$(EXPECT)' $(LIMIT)

.PHONY: test-mbr

# The disk: what it adds to the stage. DISK=my.img is /dev/vda, DISK=my.img,ro one that isn't written.

SRC    += $(addprefix virtio/,devices.c disk.c)
COMMON += host/disk_image.c $(addprefix pc/virtio/,queue.c mmio.c blk.c)
WRITES := --disk
ARGS   += $(if $(DISK),--disk '$(DISK)')

# The devices: what they add to the stage. DISK=my.img is /dev/vda, DISK=my.img,ro one that isn't written.
# NET=passt, NET=socket=PATH, NET=listen=PATH and NET=tap=NAME are eth0.

SRC    += $(addprefix virtio/,devices.c disk.c wire.c wire_end.c)
COMMON += host/disk_image.c $(addprefix pc/,pci/bus.c pci/msix.c) \
          $(addprefix pc/virtio/,queue.c device.c pci.c blk.c net.c)
WRITES := --disk
TESTS  := wire_test.c
BEFORE := $(if $(filter passt,$(NET)),virtio/with-passt)
ARGS   += $(if $(DISK),--disk '$(DISK)') $(if $(filter-out passt,$(NET)),--net '$(NET)')

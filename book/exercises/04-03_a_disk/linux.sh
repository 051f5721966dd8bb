#!/bin/sh
# A Linux that reads the whole disk, writes a word to it and powers off. What changed in the file is
# printed here, where Linux ran: changes end with the KVM lab.
#
# usage: linux.sh VM KERNEL INITRD DISK SECTOR WORD
# shellcheck disable=SC2016 # the guest's shell shall expand it

load='for m in virtio_ring virtio virtio_mmio virtio_blk; do insmod /bin/$m.ko; done'
look='echo size: $(cat /sys/block/vda/size); echo all: $(md5sum </dev/vda | cut -c 1-32)'
change="echo $6 | dd of=/dev/vda bs=512 seek=$5 conv=notrunc,fsync 2>/dev/null"
"$1" --kernel "$2" --initrd "$3" --disk "$4" --memory 128M --cmdline "console=ttyS0 quiet panic=-1 \
cryptomgr.notests mitigations=off run=\"$load; $look; $change\"" </dev/null
echo "status: $?"
echo "file: $(md5sum <"$4" | cut -c 1-32)"

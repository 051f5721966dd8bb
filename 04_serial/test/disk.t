#!/bin/sh
# shellcheck disable=SC2016 # the guest's shell shall expand it
# 04_serial's disk: what Linux reads and writes is what is in the file, a root file system is found, and
# what goes wrong with the file is an I/O error in the guest, or a line before it starts.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
kernel=../common/build/guest/vmlinuz
initrd=../common/build/guest/initrd.gz
kvm_limit=3600
command -v mkfs.ext4 >/dev/null || skip_all "mkfs.ext4 is missing"
needs_kvm --fast --memory 2048 --with $initrd --with $kernel --with "$(command -v mkfs.ext4)" \
    --with /etc/mke2fs.conf --with "$(command -v flock)"
disk=$tmp/disk.img

# --- Bad input ---

: >"$tmp/empty"
head -c 511 /dev/zero >"$tmp/511"
head -c 1024 /dev/zero >"$tmp/small"
cp "$tmp/small" "$tmp/other"
mkfifo "$tmp/fifo"
refused "/none: No such file or directory, expected a disk image" "missing" --disk "$tmp/none"
refused "^'': No such file" "no name" --disk ''
refused "/none: No such file" "missing, read-only" --disk "$tmp/none,ro"
refused "/empty: has 0 bytes, expected a disk image of whole sectors of 512 bytes" "empty" --disk "$tmp/empty"
refused "/511: has 511 bytes, expected" "511 bytes" --disk "$tmp/511"
refused "Is a directory, expected a disk image" "a directory" --disk "$tmp"
refused "/fifo: is not a regular file, expected" "a FIFO, read-only" --disk "$tmp/fifo,ro"
refused "/other is the second, expected one disk" "two disks" --disk "$tmp/small" --disk "$tmp/other"
exec 9<>"$tmp/small"
flock -x 9
refused "/small: is in use by another virtual machine" "locked" --disk "$tmp/small"
refused "/small: is in use by another virtual machine" "locked, read-only" --disk "$tmp/small,ro"
exec 9>&-

# --- Linux reads and writes ---

# guest OPTIONS COMMAND: $out without carriage returns.
guest() {
    # shellcheck disable=SC2086 # several words
    run 900 "$vm" --kernel "$kernel" --initrd "$initrd" --memory 256M $1 \
        --cmdline "console=ttyS0 quiet panic=-1 run=\"$2\""
    out=$(printf '%s\n' "$out" | tr -d '\r')
}

head -c 8388608 /dev/urandom >"$disk"
sum=$(md5sum <"$disk" | cut -c 1-32)
for cpus in 1 4; do
    guest "--cpus $cpus --disk $disk" \
        'cat /sys/block/vda/size /sys/block/vda/ro /sys/block/vda/cache_type; md5sum /dev/vda; grep virtio0 /proc/interrupts'
    is "$status" 0 "$cpus CPUs: status 0"
    like "$out" "^16384$" "its size in sectors"
    like "$out" "^0$" "it can be written"
    like "$out" "^write back$" "what is written has to be flushed"
    like "$out" "^$sum  /dev/vda$" "all that is read is what is in the file"
    like "$out" "PCI-MSI.* virtio0-req.0$" "its queue interrupts by a message of its own"
    exits=$(echo "$err" | sed -n 's/.*virtio \([0-9]*\).*/\1/p')
    [ "${exits:-9999}" -lt 300 ]
    ok $? "a request is no exit at all: $exits to set the device up, and that was all"
done

# Four CPUs write a quarter each, at once; then each quarter is the one of its writer.
fill='for i in 0 1 2 3; do yes $i | head -c 2097152 | dd of=/dev/vda bs=64k seek=$((i * 32)) conv=notrunc,fsync 2>/dev/null & done; wait'
guest "--cpus 4 --disk $disk" "$fill"
is "$status" 0 "four writers: status 0"
for i in 0 1 2 3; do yes $i | head -c 2097152; done | cmp - "$disk"
ok $? "all that they wrote is in the file"

# The guest has flushed, and then nothing is left of the program.
"$vm" --kernel "$kernel" --initrd "$initrd" --memory 256M --disk "$disk" --cmdline \
    'console=ttyS0 quiet run="echo precious | dd of=/dev/vda bs=512 seek=7 conv=notrunc,fsync; echo s""afe; sleep 1000"' \
    >"$tmp/log" 2>&1 </dev/null &
wait=0
until grep -q '^safe' "$tmp/log" || [ $wait -ge 900 ]; do
    sleep 1
    wait=$((wait + 1))
done
kill -9 $!
wait $!
is "$?" 137 "kill -9: it is dead"
is "$(dd if="$disk" bs=512 skip=7 count=1 2>/dev/null | head -c 8)" precious "what was flushed is in the file"
run 300 "$vm" --kernel "$kernel" --initrd "$initrd" --disk "$disk" --until 'Linux version'
is "$status" 0 "its lock has gone with it"

# --- A disk that isn't written ---

sum=$(md5sum <"$disk")
guest "--disk $disk,ro" 'cat /sys/block/vda/ro; dd if=/dev/zero of=/dev/vda count=1 || echo no write'
like "$out" "^1$" ",ro: Linux knows"
like "$out" "^no write$" "and can't write"
chmod a-w "$disk"
guest "--disk $disk" 'cat /sys/block/vda/ro'
like "$out" "^1$" "so it is with a file that may not be written"
chmod u+w "$disk"
is "$(md5sum <"$disk")" "$sum" "the file is as it was"

# --- What goes wrong meanwhile ---

# The driver lets go of the device in the middle of a transfer, which is a reset, and takes it again.
driver=/sys/bus/pci/drivers/virtio-pci
guest "--disk $disk --cpus 2" "cd $driver; dd if=/dev/vda of=/dev/null bs=1M & echo 0000:00:01.0 >unbind; wait; echo 0000:00:01.0 >bind; md5sum /dev/vda"
is "$status" 0 "a reset of the device: status 0"
like "$out" "^${sum%% *}  /dev/vda$" "a new start, and all is there"

# Somebody writes nonsense into the configuration space, and what was there again.
guest "--disk $disk" "cd /sys/bus/pci/devices/0000:00:01.0; echo 0000:00:01.0 >driver/unbind; cat config >/config
head -c 256 /dev/zero | tr '\\000' '\\377' >config; echo goes on; head -c 256 /dev/zero >config; cat /config >config
echo 0000:00:01.0 >/sys/bus/pci/drivers/virtio-pci/bind; md5sum /dev/vda"
is "$status" 0 "nonsense in the configuration space: status 0"
like "$out" "^goes on$" "the guest goes on"
like "$out" "^${sum%% *}  /dev/vda$" "and the disk is there again"

guest "--disk $disk --cpus 2" 'while :; do cat /dev/vda >/dev/null; echo 3 >/proc/sys/vm/drop_caches; done & sleep 1; echo b >/proc/sysrq-trigger'
is "$status" 3 "a reset of the machine in the middle of a transfer: status 3"

# The file gets shorter while the guest runs; the file's file system is full.
cp "$disk" "$tmp/shrinks"
(
    until grep -q '^now' "$tmp/log" 2>/dev/null; do sleep 1; done
    dd if=/dev/null of="$tmp/shrinks" bs=1 seek=4096 2>/dev/null
) &
: >"$tmp/log"
timeout -k 5 900 "$vm" --kernel "$kernel" --initrd "$initrd" --memory 256M --disk "$tmp/shrinks" --cmdline \
    'console=ttyS0 quiet run="echo n""ow; sleep 5; dd if=/dev/vda of=/dev/null bs=4k skip=1000 count=1 || echo no read; dd if=/dev/vda of=/dev/null bs=4k count=1 && echo first read"' \
    >"$tmp/log" 2>&1 </dev/null
is "$?" 0 "a file that gets shorter: status 0"
out=$(tr -d '\r' <"$tmp/log")
like "$out" "^no read$" "what is gone is an I/O error"
like "$out" "^first read$" "what is there is still read"

mkdir "$tmp/full"
if mount -t tmpfs -o size=1M tmpfs "$tmp/full" 2>/dev/null; then
    dd if=/dev/null of="$tmp/full/image" bs=1M seek=4 2>/dev/null
    guest "--disk $tmp/full/image" 'dd if=/dev/zero of=/dev/vda bs=64k count=32 conv=fsync || echo no write; echo goes on'
    like "$out" "^no write$" "a full file system on the host: an I/O error"
    like "$out" "^goes on$" "and the guest goes on"
    umount "$tmp/full"
else
    skip "a full file system" "nothing can be mounted here"
fi

dd if=/dev/null of="$tmp/limited" bs=1M seek=4 2>/dev/null
out=$(
    ulimit -f 2000 # KiB, or half of them
    guest "--disk $tmp/limited" 'dd if=/dev/zero of=/dev/vda bs=64k seek=48 count=1 conv=fsync || echo no write; echo goes on'
    echo "$out"
)
like "$out" "^no write$" "a file that may not grow so far: an I/O error"
like "$out" "^goes on$" "and the guest goes on"

# --- A root file system ---

root=$tmp/root
mkdir -p "$root/bin" "$root/sbin" "$root/dev" "$root/proc" "$root/sys"
cp /bin/busybox "$root/bin/busybox"
cat >"$root/sbin/init" <<'END'
#!/bin/busybox sh
echo "the disk's init is process $$"
echo written >/file
/bin/busybox poweroff -f
END
chmod +x "$root/sbin/init"
head -c 16777216 /dev/zero >"$tmp/root.img"
mkfs.ext4 -q -d "$root" "$tmp/root.img"
run 900 "$vm" --kernel "$kernel" --initrd "$initrd" --memory 256M --disk "$tmp/root.img" --cmdline 'console=ttyS0 quiet'
out=$(printf '%s\n' "$out" | tr -d '\r')
is "$status" 0 "a root file system: status 0"
like "$out" "^guest: /dev/vda has a root file system$" "is found"
like "$out" "^the disk's init is process 1$" "its /sbin/init becomes process 1"
guest "--disk $tmp/root.img" 'cat /mnt/file'
like "$out" "^written$" "what it wrote is there the next time; with run= it is at /mnt"

done_testing

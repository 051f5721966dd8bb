#!/bin/sh
# `make diff`: the chapters' order, folders for a second reading, and what has really moved to common/.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

mkdir -p "$tmp/book/02_bios" "$tmp/01_hello/test" "$tmp/02_bios/disk" "$tmp/02_bios/test" "$tmp/common/kvm"
mkdir -p "$tmp/05_vmx_baremetal/vmm"
cp -r tools "$tmp/book/"
cd "$tmp" || exit 1
printf '# The book\n\n[Ports](02_bios/1_ports.md)\n' >book/README.md
printf '# Ports\n\n[one](../../02_bios/port.c) [two](../../02_bios/disk/ata.c)\n' >book/02_bios/1_ports.md
cat >01_hello/main.c <<'END'
static int open_it(struct vm *vm, int flags)
{
    vm->fd = open("/dev/kvm", flags);
    return vm->fd;
}

static int close_it(struct vm *vm)
{
    return close(vm->fd);
}
END
printf 'int main(void)\n{\n}\n' >02_bios/main.c
printf 'int port;\n' >02_bios/port.c
printf 'int a;\nint b;\n' >02_bios/disk/ata.c
printf 'int c;\n' >02_bios/disk/disk.c
printf 'int test;\n' >02_bios/test/test.c
printf 'int run;\n' >05_vmx_baremetal/vmm/run.c
cat >common/kvm/kvm.c <<'END'
int open_it(struct kvm *kvm, int flags)
{
    kvm->fd = open("/dev/kvm", flags);
    return kvm->fd;
}

void close_it(void)
{
    printf("Nothing to close but the door of %s\\n", name);
}
END

run 300 book/tools/stage-diff --stat 01 2
is "$status:$err" "0:" "two stages by their numbers"
like "$out" '^== Ports, book/02_bios/1_ports.md$' "a chapter"
like "$out" '^port.c +new +\+1 +-0$' "and its file"
like "$out" '^disk/, 2 files +new +\+3 +-0$' "a folder for a second reading has one line"
unlike "$out" 'ata.c|test' "its files have none, and tests neither"
like "$out" '^open_it\(\) is now in common/kvm/kvm.c$' "a function that has moved"
unlike "$out" 'close_it' "another one of the same name is no such function"
like "$out" '^2 files, 2 lines added, 8 removed$' "the sum is that of the first reading"

run 300 book/tools/stage-diff 01_hello 02_bios/
like "$out" '^\+int port;$' "the lines themselves"
unlike "$out" '^\+int [abc];$' "but not those of the folder"

run 300 book/tools/stage-diff --stat 02 05
like "$out" '^vmm/run.c +new +\+1 +-0$' "the folders of stage 05 are for the first reading"
like "$out" '^disk/, 2 files +gone +\+0 +-3$' "a folder that is gone"

run 300 book/tools/stage-diff --stat
is "$out" "$(printf '%s\n' '01_hello        02_bios            2 files    +2    -8' '02_bios         05_vmx_baremetal   3 files    +1    -4')" \
    "all neighbours"

run 300 book/tools/stage-diff 01 09
is "$status:$out" "2:" "no such stage: status 2"
like "$err" '^usage: make diff FROM=.*the stages are 01_hello 02_bios 05_vmx_baremetal$' "and which there are"
done_testing

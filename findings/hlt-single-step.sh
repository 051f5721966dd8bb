#!/bin/sh
# A HLT that is single-stepped sleeps on: in Bochs 2.7 (Debian 12), 3.0 (13) and 3.1 (sid), and in QEMU 7.2, 10.0
# and 11.1, TCG. With RFLAGS.TF set in front of it, the debug exception behind HLT comes when an interrupt has woken
# the CPU. On a real one, a single step is a trap behind the instruction (Intel SDM, Volume 3,
# "Single-Step Exception Condition"), and a debug exception ends the sleep (Volume 2, "HLT").
#
# The program, a boot sector, waits for a tick of the timer, so that the next is 55 ms away, sets TF, halts,
# and says how many ticks there are at the debug exception, done or waiting: 0 on a CPU.
#
# Needs nasm, and what the release's qemu-system-x86 and bochs depend on. RELEASE=1 takes those that are
# installed, in place of Debian 12's.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fetch() { # fetch PATH: the package, unpacked here
    curl -sfo package.deb "http://deb.debian.org/debian/pool/main/$1" && dpkg-deb -x package.deb .
}
root=''
if [ -z "${RELEASE:-}" ]; then
    root=$work
    fetch q/qemu/qemu-system-x86_7.2%2bdfsg-7%2bdeb12u18%2bb3_amd64.deb
    fetch q/qemu/qemu-system-common_7.2%2bdfsg-7%2bdeb12u18%2bb3_amd64.deb
    fetch q/qemu/qemu-system-data_7.2%2bdfsg-7%2bdeb12u18_all.deb
    fetch s/seabios/seabios_1.16.2-1_all.deb
    fetch b/bochs/bochs_2.7%2bdfsg-4%2bdeb12u1_amd64.deb
    fetch b/bochs/bochs-term_2.7%2bdfsg-4%2bdeb12u1_amd64.deb
    fetch b/bochs/bochsbios_2.7%2bdfsg-4%2bdeb12u1_all.deb
    fetch v/vgabios/vgabios_0.8a%2bds-2_all.deb
    export PATH="$work/usr/bin:$PATH"
    export QEMU_MODULE_DIR="$work/usr/lib/x86_64-linux-gnu/qemu"
    export LTDL_LIBRARY_PATH="$work/usr/lib/x86_64-linux-gnu/bochs/plugins"
fi

cat >step.asm <<'END'
        bits 16
        org 0x7C00
CONSOLE equ 0x3F8
EXIT    equ 0xF4
        cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00
        mov word [1 * 4], step
        mov word [1 * 4 + 2], ax
        mov word [8 * 4], tick
        mov word [8 * 4 + 2], ax
        mov al, 0xFE                    ; of the interrupts only the timer's
        out 0x21, al
        mov dx, CONSOLE + 3             ; 8 bits
        mov al, 3
        out dx, al
        sti
        hlt                             ; until a tick, so that the next is far away
        mov [counting], byte 1
        pushf
        or byte [esp + 1], 1            ; TF
        popf
        hlt
behind: jmp behind

tick:   push ax
        mov al, [counting]
        add [ticks], al
        mov al, 0x20
        out 0x20, al
        pop ax
        iret
step:   mov al, 0x0A                    ; OCW3: the requests that wait
        out 0x20, al
        in al, 0x20
        and al, 1
        add al, [ticks]
        add al, '0'
        mov dx, CONSOLE
        out dx, al
        out EXIT, al
        cli
        hlt
counting: db 0
ticks:  db 0
        times 510 - ($ - $$) db 0
        dw 0xAA55
END
nasm -f bin -o disk step.asm
truncate -s 516096 disk
timeout 600 qemu-system-x86_64 -L "$root/usr/share/seabios" -L "$root/usr/share/qemu" -accel tcg \
    -display none -nodefaults -serial file:qemu -device isa-debug-exit,iobase=0xF4 \
    -drive format=raw,file=disk || [ $? -eq 99 ] # 2 * '1' + 1

cat >bochsrc <<END
memory: guest=32, host=32
romimage: file=$root/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=$root/usr/share/vgabios/vgabios.bin
display_library: term
ata0-master: type=disk, path=disk, mode=volatile, cylinders=0
boot: disk
com1: enabled=1, mode=file, dev=bochs
log: log
panic: action=fatal
clock: sync=none
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
printf 'c\nq\n' >commands
touch bochs
TERM=ansi script -qec "bochs -q -f bochsrc -rc commands" /dev/null </dev/null >screen 2>&1 &
while kill -0 $! 2>/dev/null && [ ! -s bochs ]; do
    sleep 0.1
done
kill $! 2>/dev/null || true
wait
qemu=$(qemu-system-x86_64 --version | sed -n '1s/.*version //p')
bochs=$(sed -n 's/.*Bochs x86 Emulator \([0-9.]*[0-9]\).*/\1/p' log | head -n 1)
echo "Ticks at the debug exception behind HLT: QEMU $qemu $(cat qemu), Bochs $bochs $(cat bochs)"
[ "$(cat qemu)" = 1 ] && [ "$(cat bochs)" = 1 ]

// 05_vmx_baremetal: a hypervisor without anything below it. The loader has brought the processor
// into 64-bit mode; from here the ladder leads to a guest, one rung after the other, and each says
// how it went.

#include "boot/info.h"
#include "kernel/console.h"
#include "kernel/crash.h"
#include "kernel/descriptor.h"
#include "kernel/memory.h"
#include "kernel/page.h"
#include "kernel/page_init.h"
#include "kernel/panic.h"
#include "kernel/payload_init.h"
#include "kernel/pic.h"

__attribute__((noreturn)) void main(const struct boot_info *boot);

// One rung of the ladder: what it is, and, when that did not panic, that it is reached.
#define RUNG(what, step)                                                                           \
    do {                                                                                           \
        kprintf("%s ... ", what);                                                                  \
        step;                                                                                      \
        kprintf("ok\n");                                                                           \
    } while (0)

void main(const struct boot_info *boot)
{
    console_init();
    RUNG("boot: long mode, console on COM1", payload_init(&boot->image));
    RUNG("kernel: GDT, TSS, IDT", descriptor_init());
    RUNG("kernel: 8259 remapped and masked", pic_init());
    RUNG("kernel: page allocator from the E820 map", page_init(boot));
    RUNG("kernel: page tables, W^X, guard pages", memory_init(boot));
    crash_if_asked();
    power_off();
}

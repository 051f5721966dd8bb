// The suite: tests that need the machine, in an image of their own. The way to VMX root is that of
// the hypervisor's main.c; then the tests take the place of a guest.

#include "boot/info.h"
#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/page.h"
#include "kernel/memory/page_init.h"
#include "kernel/memory/payload_init.h"
#include "kernel/trap/descriptor.h"
#include "kernel/trap/pic.h"
#include "test/suite/suite.h"
#include "vmm/vmx/vmxon.h"

__attribute__((noreturn)) void main(const struct boot_info *boot);

void main(const struct boot_info *boot)
{
    static struct vmx_capability cap;
    uint64_t pages;

    console_init(boot);
    payload_init(&boot->image);
    descriptor_init();
    pic_init();
    page_init(boot);
    memory_init(boot);
    vmx_on(&cap);

    pages = page_free_count();
    ok(read_cr4() & CR4_MCE, "CR4.MCE is on: a machine check reaches its gate");
    suite_guests(&cap);
    suite_hostile(&cap);
    suite_worlds(&cap);
    suite_edges(&cap);
    suite_x87(&cap);
    suite_broken(&cap);
    vmx_off();
    ok(page_free_count() == pages + 1, "every page was given back, that of VMXON too");
    suite_end();
}

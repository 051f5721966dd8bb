// 05_vmx_baremetal: a hypervisor without anything below it. The loader has brought the processor
// into 64-bit mode; from here the ladder leads to a guest, one rung after the other, and each says
// how it went.

#include "boot/info.h"
#include "common/pc/acpi/rsdp.h"
#include "kernel/console/console.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/page.h"
#include "kernel/memory/page_init.h"
#include "kernel/memory/payload.h"
#include "kernel/memory/payload_init.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/crash.h"
#include "kernel/trap/descriptor.h"
#include "kernel/trap/pic.h"
#include "vmm/guests/guest.h"
#include "vmm/guests/host.h"
#include "vmm/run.h"
#include "vmm/vcpu/report.h"
#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/vmxon.h"

__attribute__((noreturn)) void main(const struct boot_info *boot);

// One rung of the ladder: what it is, and, when that did not panic, that it is reached.
#define RUNG(what, step)                                                                           \
    do {                                                                                           \
        kprintf("%s ... ", what);                                                                  \
        step;                                                                                      \
        kprintf("ok\n");                                                                           \
    } while (0)

// Whose description of the machine there is, if one that the loader's page tables reach.
static void acpi_report(const struct boot_info *boot)
{
    uint64_t at = boot->firmware == FIRMWARE_UEFI ? boot->rsdp : rsdp_search(NULL);
    const struct acpi_rsdp *rsdp = (const struct acpi_rsdp *)at;

    if (at && at < UINT32_MAX - PAGE_SIZE && rsdp_good(rsdp, PAGE_SIZE))
        kprintf("acpi: tables of \"%.6s\" at 0x%lx\n", rsdp->oem_id, at);
}

void main(const struct boot_info *boot)
{
    static struct vmx_capability cap;
    static struct guest guest;
    static struct vcpu vcpu;
    const char *consoles;
    enum vm_status status;

    consoles = console_init(boot);
    payload_init(&boot->image);
    kprintf("boot: from %s, console on %s\n", boot->firmware == FIRMWARE_UEFI ? "UEFI" : "a BIOS",
            consoles);
    acpi_report(boot);
    RUNG("kernel: GDT, TSS, IDT", descriptor_init());
    RUNG("kernel: 8259 remapped and masked", pic_init());
    RUNG("kernel: the 8254 timer counts", timer_demand());
    RUNG("kernel: page allocator from the E820 map", page_init(boot));
    RUNG("kernel: page tables, W^X, guard pages", memory_init(boot));
    crash_if_asked();

    RUNG("vmx on: the firmware's consent, the CPU's abilities", vmx_on(&cap));
    RUNG("ept: memory that only the guest has", guest_create(&guest, option("guest", "hello")));
    RUNG("vmcs: controls, host state, guest state", vcpu_create(&vcpu, &cap, &guest));
    kprintf("run: guest \"%s\"%s\n", guest.name, guest.note ? guest.note : "");
    status = vcpu_run(&vcpu);
    kprintf("the guest is done after %lu exits\n", vcpu.exits);
    report_stats_if_asked(&vcpu);
    RUNG("vmx off", (vcpu_destroy(&vcpu), vmx_off()));
    host_end(status);
}

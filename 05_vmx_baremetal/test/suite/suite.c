// The frame of the tests that need the machine: see suite.h.

#include "test/suite/suite.h"

#include <string.h>

#include "kernel/console.h"
#include "kernel/page.h"
#include "kernel/payload.h"
#include "vmm/vmxon.h"

static unsigned run, failed;

bool ok(bool pass, const char *what, ...)
{
    va_list args;

    kprintf("%sok %u - ", pass ? "" : "not ", ++run);
    va_start(args, what);
    kvprintf(what, args);
    va_end(args);
    kprintf("\n");
    failed += !pass;
    return pass;
}

void suite_if_asked(const struct vmx_capability *cap)
{
    uint64_t pages = page_free_count();

    if (strcmp(option("guest", ""), "suite") != 0)
        return;
    suite_broken(cap);
    vmx_off();
    ok(page_free_count() == pages + 1, "every page was given back, that of VMXON too");
    kprintf("1..%u\n", run);
    machine_end(failed ? MACHINE_PANIC : MACHINE_OFF);
}

// Breakpoints on what an instruction does that we carry out: on its port, and on its operand in
// memory. The CPU watches only what it does itself. Both are traps: #DB comes behind the
// instruction. Source: SDM Vol. 3, "Debug Control Register (DR7)", "Breakpoint Field Recognition".

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/vcpu/debug.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

#define BREAKPOINTS 4

//  31                               16                7           0
//  +------+------+------+------+-----+-- ... --+------+-----------+    DR7. LEN: 0, 1, 3, 2 for 1,
//  | LEN3 | RW3  | LEN2 | RW2  | ... |         |      |G3 L3 G2...|    2, 4, 8 bytes
//  +------+------+------+------+-----+-- ... --+------+-----------+
#define DR7_ENABLED_ANY     0xFF
#define DR7_ENABLED(dr7, n) ((unsigned)((dr7) >> 2 * (n)) & 3)
#define DR7_RW(dr7, n)      ((enum watch)((dr7) >> (16 + 4 * (n)) & 3))
#define DR7_LEN(dr7, n)     ((unsigned)((dr7) >> (18 + 4 * (n))) & 3)

enum watch { WATCH_EXECUTE, WATCH_WRITE, WATCH_PORT, WATCH_ACCESS };

// Pends #DB where a breakpoint for one of the kinds in `kinds`, bit n for kind n, meets one of the
// `size` bytes at `first`.
static void pend(unsigned kinds, uint64_t first, unsigned size)
{
    static const uint8_t bytes[] = {1, 2, 8, 4};
    uint64_t dr7 = vmcs_read(GUEST_DR7), hit = 0;
    struct debug_registers debug;

    if (!(dr7 & DR7_ENABLED_ANY))
        return;
    debug = debug_read();
    for (unsigned n = 0; n < BREAKPOINTS; n++) {
        uint64_t length = bytes[DR7_LEN(dr7, n)], start = debug.dr[n] & ~(length - 1);

        if (DR7_ENABLED(dr7, n) && (kinds >> DR7_RW(dr7, n) & 1) && start < first + size &&
            first < start + length)
            hit |= BIT(n);
    }
    if (hit)
        vmcs_write(GUEST_PENDING_DEBUG,
                   vmcs_read(GUEST_PENDING_DEBUG) | PENDING_DEBUG_ENABLED | hit);
}

void breakpoint_port(uint16_t port, unsigned size)
{
    if (vmcs_read(GUEST_CR4) & CR4_DE)
        pend(1 << WATCH_PORT, port, size);
}

void breakpoint_data(uint64_t linear, unsigned size, bool write)
{
    pend(1 << WATCH_ACCESS | (write ? 1 << WATCH_WRITE : 0), linear, size);
}

// Which MSRs and ports the guest has to itself, without an exit: see setup.h.

#include "vmm/vcpu/setup.h"

#include <string.h>

#include "kernel/page.h"
#include "vmm/guests/host.h"

//   byte    0  read  MSRs 0 to 1FFFh            2048  write MSRs 0 to 1FFFh
//        1024  read  MSRs C0000000h to ...      3072  write MSRs C0000000h to C0001FFFh
#define WRITE_HALF 2048
#define HIGH_PART  1024

// MSRs that the guest has to itself, and why that is safe.
static const struct {
    uint32_t msr;
    const char *name, *reason;
} own[] = {
    {0x174, "IA32_SYSENTER_CS", "exchanged at entry and exit: a field of the VMCS"},
    {0x175, "IA32_SYSENTER_ESP", "the same"},
    {0x176, "IA32_SYSENTER_EIP", "the same"},
    {0x277, "IA32_PAT", "the same"},
    {0xC0000080, "IA32_EFER", "the same; LMA reaches the entry controls by itself"},
    {0xC0000100, "IA32_FS_BASE", "the same"},
    {0xC0000101, "IA32_GS_BASE", "the same"},
    {0xC0000081, "IA32_STAR", "the hypervisor has no use for it: SYSCALL is for the guest"},
    {0xC0000082, "IA32_LSTAR", "the same"},
    {0xC0000083, "IA32_CSTAR", "the same"},
    {0xC0000084, "IA32_FMASK", "the same"},
    {0xC0000102, "IA32_KERNEL_GS_BASE", "the same: SWAPGS is for the guest"},
    {0xC0000103, "IA32_TSC_AUX", "the same: RDTSCP returns it"},
};

static void pass(uint8_t *bitmap, uint32_t msr)
{
    uint32_t bit = msr & 0x1FFF;
    uint8_t *part = bitmap + (msr >> 31 ? HIGH_PART : 0);

    part[bit / 8] &= (uint8_t) ~(1u << bit % 8);
    part[WRITE_HALF + bit / 8] &= (uint8_t) ~(1u << bit % 8);
}

void msr_bitmap_fill(uint8_t *bitmap)
{
    memset(bitmap, 0xFF, PAGE_SIZE);
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        pass(bitmap, own[i].msr);
}

// Bit n is port n; VMCS field A points to the first 4 KiB, ports 0 to 7FFFh, and B to the others.
// An access exits if one of its ports has its bit set.
void io_bitmap_fill(uint8_t *bitmap, const struct port_range *ports, size_t count)
{
    memset(bitmap, 0xFF, IO_BITMAP_SIZE);
    for (size_t i = 0; i < count; i++)
        if (ports[i].in == host_in && ports[i].out == host_out)
            for (uint32_t port = ports[i].first; port <= ports[i].last; port++)
                bitmap[port / 8] &= (uint8_t) ~(1u << port % 8);
}

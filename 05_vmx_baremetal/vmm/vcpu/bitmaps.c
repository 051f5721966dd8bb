// Which MSRs and ports the guest has to itself, without an exit: see setup.h.

#include "vmm/vcpu/setup.h"

#include <string.h>

#include "common/pc/x86.h"
#include "kernel/memory/page.h"
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
    {MSR_SYSENTER_CS, "IA32_SYSENTER_CS", "exchanged at entry and exit: a field of the VMCS"},
    {MSR_SYSENTER_ESP, "IA32_SYSENTER_ESP", "the same"},
    {MSR_SYSENTER_EIP, "IA32_SYSENTER_EIP", "the same"},
    {MSR_PAT, "IA32_PAT", "the same"},
    {MSR_EFER, "IA32_EFER", "the same; LMA reaches the entry controls by itself"},
    {MSR_FS_BASE, "IA32_FS_BASE", "the same"},
    {MSR_GS_BASE, "IA32_GS_BASE", "the same"},
    {MSR_STAR, "IA32_STAR", "the hypervisor has no use for it: SYSCALL is for the guest"},
    {MSR_LSTAR, "IA32_LSTAR", "the same"},
    {MSR_CSTAR, "IA32_CSTAR", "the same"},
    {MSR_FMASK, "IA32_FMASK", "the same"},
    {MSR_KERNEL_GS_BASE, "IA32_KERNEL_GS_BASE", "the same: SWAPGS is for the guest"},
    {MSR_TSC_AUX, "IA32_TSC_AUX", "the same: RDTSCP returns it"},
};

static void pass(uint8_t *bitmap, uint32_t msr)
{
    uint32_t bit = msr & 0x1FFF;
    uint8_t *part = bitmap + (msr >> 31 ? HIGH_PART : 0);

    part[bit / 8] &= ~(1u << bit % 8);
    part[WRITE_HALF + bit / 8] &= ~(1u << bit % 8);
}

void msr_bitmap_fill(uint8_t *bitmap)
{
    memset(bitmap, 0xFF, PAGE_SIZE);
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        pass(bitmap, own[i].msr);
}

// Bit n is port n; VMCS field A points to the first 4 KiB, ports 0 to 7FFFh, and B to the others.
// An access exits if one of its ports has its bit set, or if it goes beyond port FFFFh.
void io_bitmap_fill(uint8_t *bitmap, const struct port_range *ports, size_t count)
{
    memset(bitmap, 0xFF, IO_BITMAP_SIZE);
    for (size_t i = 0; i < count; i++)
        if (ports[i].in == host_in && ports[i].out == host_out)
            for (uint32_t port = ports[i].first; port <= ports[i].last; port++)
                bitmap[port / 8] &= ~(1u << port % 8);
}

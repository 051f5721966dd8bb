// The list of broken.h, part two of four: rules on the host state: VMLAUNCH fails with
// VM-instruction error 8.

#include "kernel/cpu.h"
#include "test/suite/broken.h"
#include "vmm/vmx/vmx.h"

#define NOT_CANONICAL 0x0000800000000000ull

// Sentences that several rows expect.
#define CR0_FIXED "CR0 has the bits that VMX operation fixes"
#define CR4_FIXED "CR4 has the bits that VMX operation fixes"
#define CANONICAL "the address is canonical"
#define EFER_MODE "EFER.LMA and EFER.LME agree with the host address-space size"
#define SELECTOR  "RPL and the table indicator of the selector are 0"

// clang-format off
static const struct broken list[] = {
    {PROTECTED, HOST_CR0, CR0_FIXED, {{OFF, HOST_CR0, CR0_PG}}},
    {PROTECTED, HOST_CR0, CR0_FIXED, {{OFF, HOST_CR0, CR0_NE}}},
    {PROTECTED, HOST_CR0, CR0_FIXED, {{ON, HOST_CR0, 1ull << 32}}},
    {PROTECTED, HOST_CR4, CR4_FIXED, {{OFF, HOST_CR4, CR4_VMXE}}},
    {PROTECTED, HOST_CR4, CR4_FIXED, {{ON, HOST_CR4, 1u << 31}}},
    {PROTECTED, HOST_CR4, "a 64-bit host has CR4.PAE", {{OFF, HOST_CR4, CR4_PAE}}},
    {PROTECTED, HOST_CR3, "CR3 is no wider than a physical address", {{ON, HOST_CR3, 1ull << 60}}},
    {PROTECTED, HOST_SYSENTER_ESP, CANONICAL, {{SET, HOST_SYSENTER_ESP, NOT_CANONICAL}}},
    {PROTECTED, HOST_SYSENTER_EIP, CANONICAL, {{SET, HOST_SYSENTER_EIP, NOT_CANONICAL}}},
    {PROTECTED, HOST_PAT, "every entry of PAT is a memory type",
     {{SET, HOST_PAT, 0x0606060602060606}}},
    {PROTECTED, HOST_EFER, "reserved bits of EFER are 0", {{ON, HOST_EFER, 1 << 1}}},
    {PROTECTED, HOST_EFER, EFER_MODE, {{OFF, HOST_EFER, EFER_LMA}}},
    {PROTECTED, HOST_EFER, EFER_MODE, {{OFF, HOST_EFER, EFER_LME}}},
    {PROTECTED, HOST_CS, SELECTOR, {{ON, HOST_CS, 3}}},
    {PROTECTED, HOST_SS, SELECTOR, {{ON, HOST_SS, 4}}},
    {PROTECTED, HOST_DS, SELECTOR, {{ON, HOST_DS, 3}}},
    {PROTECTED, HOST_ES, SELECTOR, {{ON, HOST_ES, 4}}},
    {PROTECTED, HOST_FS, SELECTOR, {{ON, HOST_FS, 3}}},
    {PROTECTED, HOST_GS, SELECTOR, {{ON, HOST_GS, 4}}},
    {PROTECTED, HOST_TR, SELECTOR, {{ON, HOST_TR, 3}}},
    {PROTECTED, HOST_CS, "CS is not null", {{SET, HOST_CS, 0}}},
    {PROTECTED, HOST_TR, "TR is not null", {{SET, HOST_TR, 0}}},
    {PROTECTED, HOST_FS_BASE, CANONICAL, {{SET, HOST_FS_BASE, NOT_CANONICAL}}},
    {PROTECTED, HOST_GS_BASE, CANONICAL, {{SET, HOST_GS_BASE, NOT_CANONICAL}}},
    {PROTECTED, HOST_GDTR_BASE, CANONICAL, {{SET, HOST_GDTR_BASE, NOT_CANONICAL}}},
    {PROTECTED, HOST_IDTR_BASE, CANONICAL, {{SET, HOST_IDTR_BASE, NOT_CANONICAL}}},
    {PROTECTED, HOST_TR_BASE, CANONICAL, {{SET, HOST_TR_BASE, NOT_CANONICAL}}},
    {PROTECTED, HOST_RIP, CANONICAL, {{SET, HOST_RIP, NOT_CANONICAL}}},
    {PROTECTED, EXIT_CONTROLS, "a 64-bit hypervisor sets host address-space size",
     {{OFF, EXIT_CONTROLS, EXIT_HOST_64}, {OFF, HOST_EFER, EFER_LMA | EFER_LME}}},
};
// clang-format on

const struct broken_part broken_host = {AREA_HOST, list, sizeof(list) / sizeof(list[0])};

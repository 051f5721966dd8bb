// The VMX capability MSRs of a Core i7-4770 (Haswell), as Bochs' model corei7_haswell_4770 has
// them.

#ifndef TEST_UNIT_HASWELL_H
#define TEST_UNIT_HASWELL_H

#include "vmm/vmx/capability.h"

static const struct vmx_capability haswell = {
    .basic = 0x00D810000000002B,
    .misc = 0x200401E0,
    .pin = 0x0000007F00000016,
    .cpu = 0xF7F9FFFE04006172,
    .cpu2 = 0x00047FFF00000000,
    .exit = 0x007FFFFF00036DFB,
    .entry = 0x0000FFFF000011FB,
    .ept_vpid = 0x00000F0106334141,
    .cr0_fixed0 = 0x80000021,
    .cr0_fixed1 = 0xFFFFFFFF,
    .cr4_fixed0 = 0x00002000,
    .cr4_fixed1 = 0x001727FF,
    .physical_bits = 40,
};

#endif

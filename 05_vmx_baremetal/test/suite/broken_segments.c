// The list of broken.h, part four of four: rules on the guest's segments: VM entry ends in exit
// reason 33.

#include "test/suite/broken.h"

#define NOT_CANONICAL 0x0000800000000000ull

// Sentences that several rows expect.
#define S_BIT                "S is 1 for code and data, 0 for TR and LDTR"
#define PRESENT              "P is 1"
#define ACCESS_RESERVED_BITS "bits 31:17 and 11:8 of the access rights are 0"
#define GRANULARITY          "G and the limit agree"
#define CS_DPL               "DPL of CS is that of SS, or not above it if conforming"
#define HIGH_HALF            "bits 63:32 are 0"
#define CANONICAL            "the address is canonical"
#define BUSY_TSS             "TR is a busy TSS, 16-bit only outside IA-32e mode"

// clang-format off
static const struct broken list[] = {
    {PROTECTED, GUEST_CS_ACCESS, S_BIT, {{OFF, GUEST_CS_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_SS_ACCESS, S_BIT, {{OFF, GUEST_SS_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_DS_ACCESS, S_BIT, {{OFF, GUEST_DS_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_ES_ACCESS, S_BIT, {{OFF, GUEST_ES_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_FS_ACCESS, S_BIT, {{OFF, GUEST_FS_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_GS_ACCESS, S_BIT, {{OFF, GUEST_GS_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_CS_ACCESS, PRESENT, {{OFF, GUEST_CS_ACCESS, ACCESS_P}}},
    {PROTECTED, GUEST_GS_ACCESS, PRESENT, {{OFF, GUEST_GS_ACCESS, ACCESS_P}}},
    {PROTECTED, GUEST_TR_ACCESS, PRESENT, {{OFF, GUEST_TR_ACCESS, ACCESS_P}}},
    {PROTECTED, GUEST_CS_ACCESS, ACCESS_RESERVED_BITS, {{ON, GUEST_CS_ACCESS, 1 << 8}}},
    {PROTECTED, GUEST_ES_ACCESS, ACCESS_RESERVED_BITS, {{ON, GUEST_ES_ACCESS, 1 << 11}}},
    {PROTECTED, GUEST_TR_ACCESS, ACCESS_RESERVED_BITS, {{ON, GUEST_TR_ACCESS, 1 << 17}}},
    {PROTECTED, GUEST_CS_ACCESS, GRANULARITY, {{OFF, GUEST_CS_ACCESS, ACCESS_G}}},
    {PROTECTED, GUEST_DS_ACCESS, GRANULARITY, {{SET, GUEST_DS_LIMIT, 0x1000}}},
    {PROTECTED, GUEST_TR_ACCESS, GRANULARITY, {{SET, GUEST_TR_LIMIT, 1 << 20}}},
    {PROTECTED, GUEST_CS_ACCESS, "CS is accessed code, or data in an unrestricted guest",
     {{OFF, GUEST_CS_ACCESS, ACCESS_ACCESSED}}},
    {PROTECTED, GUEST_CS_ACCESS, "CS as data has DPL 0",
     {{OFF, GUEST_CS_ACCESS, ACCESS_CODE}, {ON, GUEST_CS_ACCESS, 1 << 5}}},
    {PROTECTED, GUEST_CS_ACCESS, CS_DPL, {{ON, GUEST_CS_ACCESS, 3 << 5}}},
    {PROTECTED, GUEST_CS_ACCESS, CS_DPL, {{ON, GUEST_CS_ACCESS, 3 << 5 | 1 << 2}}},
    {LONG, GUEST_CS_ACCESS, "64-bit code has D/B 0", {{ON, GUEST_CS_ACCESS, ACCESS_DB}}},
    {PROTECTED, GUEST_CS_BASE, HIGH_HALF, {{SET, GUEST_CS_BASE, 1ull << 32}}},
    {PROTECTED, GUEST_SS_BASE, HIGH_HALF, {{SET, GUEST_SS_BASE, 1ull << 32}}},
    {PROTECTED, GUEST_DS_BASE, HIGH_HALF, {{SET, GUEST_DS_BASE, 1ull << 32}}},
    {PROTECTED, GUEST_ES_BASE, HIGH_HALF, {{SET, GUEST_ES_BASE, 1ull << 32}}},
    {REAL, GUEST_SS_ACCESS, "DPL of SS is 0 in real mode and where CS is data",
     {{ON, GUEST_SS_ACCESS, 1 << 5}}},
    {PROTECTED, GUEST_SS_ACCESS, "SS is writable, accessed data", {{OFF, GUEST_SS_ACCESS, 1 << 1}}},
    {PROTECTED, GUEST_DS_ACCESS, "the segment is accessed",
     {{OFF, GUEST_DS_ACCESS, ACCESS_ACCESSED}}},
    {PROTECTED, GUEST_FS_ACCESS, "code in a data segment register is readable",
     {{ON, GUEST_FS_ACCESS, ACCESS_CODE}, {OFF, GUEST_FS_ACCESS, ACCESS_READABLE}}},
    {LONG, GUEST_FS_BASE, CANONICAL, {{SET, GUEST_FS_BASE, NOT_CANONICAL}}},
    {LONG, GUEST_GS_BASE, CANONICAL, {{SET, GUEST_GS_BASE, NOT_CANONICAL}}},
    {LONG, GUEST_TR_BASE, CANONICAL, {{SET, GUEST_TR_BASE, NOT_CANONICAL}}},
    {PROTECTED, GUEST_TR_ACCESS, S_BIT, {{ON, GUEST_TR_ACCESS, ACCESS_S}}},
    {PROTECTED, GUEST_TR_ACCESS, "TR is usable", {{ON, GUEST_TR_ACCESS, ACCESS_UNUSABLE}}},
    {PROTECTED, GUEST_TR_ACCESS, BUSY_TSS, {{OFF, GUEST_TR_ACCESS, 1 << 1}}},
    {LONG, GUEST_TR_ACCESS, BUSY_TSS, {{OFF, GUEST_TR_ACCESS, ACCESS_CODE}}},
    {PROTECTED, GUEST_TR, "TR is in the GDT", {{ON, GUEST_TR, 4}}},
    {PROTECTED, GUEST_LDTR_ACCESS, "LDTR is an LDT",
     {{SET, GUEST_LDTR_ACCESS, SEGMENT_DATA | ACCESS_P}}},
    {PROTECTED, GUEST_LDTR, "LDTR is in the GDT",
     {{SET, GUEST_LDTR_ACCESS, SEGMENT_LDT | ACCESS_P}, {ON, GUEST_LDTR, 4}}},
    {LONG, GUEST_LDTR_BASE, CANONICAL,
     {{SET, GUEST_LDTR_ACCESS, SEGMENT_LDT | ACCESS_P}, {SET, GUEST_LDTR_BASE, NOT_CANONICAL}}},
    {PROTECTED, GUEST_CS_BASE, "in virtual-8086 mode the base is 16 times the selector",
     {{ON, GUEST_RFLAGS, RFLAGS_VM}}},
};
// clang-format on

const struct broken_part broken_segments = {AREA_GUEST, list, sizeof(list) / sizeof(list[0])};

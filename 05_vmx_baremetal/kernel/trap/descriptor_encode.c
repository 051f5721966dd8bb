// The encodings of descriptor_encode.h.

#include "kernel/trap/descriptor_encode.h"

// A segment descriptor (SDM Vol. 3, "Segment Descriptors").
//
//   63        56 55 54 53 52 51        48 47 46 45 44 43  40 39              16 15          0
//  | base 31:24 | G |D/B| L |AVL| lim 19:16 | P | DPL | S | type |  base 23:0     | limit 15:0 |
#define TYPE_DATA      (UINT64_C(0x3) << 40)  // writable, accessed
#define TYPE_CODE      (UINT64_C(0xB) << 40)  // readable, accessed
#define TYPE_TSS       (UINT64_C(0x9) << 40)  // available 64-bit TSS
#define TYPE_INTERRUPT (UINT64_C(0xE) << 40)  // interrupt gate
#define NOT_SYSTEM     (UINT64_C(1) << 44)    // S: code or data
#define PRESENT        (UINT64_C(1) << 47)
#define LONG_CODE      (UINT64_C(1) << 53)  // L: 64-bit code
#define BIG            (UINT64_C(1) << 54)  // D/B: 32-bit stack and offsets; must be 0 with L
#define GRANULAR       (UINT64_C(1) << 55)  // G: the limit counts pages
#define LIMIT_ALL      (UINT64_C(0xF) << 48 | 0xFFFF)

uint64_t descriptor_code64(void)
{
    return TYPE_CODE | NOT_SYSTEM | PRESENT | LONG_CODE | GRANULAR | LIMIT_ALL;
}

uint64_t descriptor_data(void)
{
    return TYPE_DATA | NOT_SYSTEM | PRESENT | BIG | GRANULAR | LIMIT_ALL;
}

void descriptor_tss(uint64_t descriptor[2], uint64_t base, uint32_t limit)
{
    descriptor[0] = TYPE_TSS | PRESENT | (limit & 0xFFFF) | (uint64_t)(limit >> 16 & 0xF) << 48 |
                    (base & 0xFFFFFF) << 16 | (base >> 24 & 0xFF) << 56;
    descriptor[1] = base >> 32;
}

struct gate gate_interrupt(uint16_t selector, uint64_t offset, unsigned ist)
{
    return (struct gate){
        .low = TYPE_INTERRUPT | PRESENT | (offset & 0xFFFF) | (uint64_t)selector << 16 |
               (uint64_t)(ist & 7) << 32 | (offset >> 16 & 0xFFFF) << 48,
        .high = offset >> 32,
    };
}

// The encodings of descriptor_encode.h.

#include "kernel/trap/descriptor_encode.h"
#include "common/pc/x86.h"

// A segment descriptor (SDM Vol. 3, "Segment Descriptors").
//
//   63        56 55 54 53 52 51        48 47 46 45 44 43  40 39              16 15          0
//  | base 31:24 | G |D/B| L |AVL| lim 19:16 | P | DPL | S | type |  base 23:0     | limit 15:0 |
static uint64_t access(unsigned rights)
{
    return (uint64_t)rights << 40;
}

void descriptor_tss(uint64_t descriptor[2], uint64_t base, uint32_t limit)
{
    descriptor[0] = access(SEGMENT_TSS_AVAILABLE | ACCESS_P) | (limit & 0xFFFF) |
                    (uint64_t)(limit >> 16 & 0xF) << 48 | (base & 0xFFFFFF) << 16 |
                    (base >> 24 & 0xFF) << 56;
    descriptor[1] = base >> 32;
}

struct gate gate_interrupt(uint16_t selector, uint64_t offset, unsigned ist)
{
    return (struct gate){
        .low = access(SEGMENT_INTERRUPT_GATE | ACCESS_P) | (offset & 0xFFFF) |
               (uint64_t)selector << 16 | (uint64_t)(ist & 7) << 32 | (offset >> 16 & 0xFFFF) << 48,
        .high = offset >> 32,
    };
}

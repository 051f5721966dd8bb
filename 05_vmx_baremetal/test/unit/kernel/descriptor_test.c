// Descriptors and gates, against values worked out from the SDM's figures by hand.

#include "common/test/tap.h"
#include "kernel/trap/descriptor_encode.h"

int main(void)
{
    uint64_t tss[2];
    struct gate gate;

    descriptor_tss(tss, 0x123456789ABCDEF0, 0x67);
    is_int(tss[0], 0x9A0089BCDEF00067, "TSS, low: type 9, present, base 31:0, limit");
    is_int(tss[1], 0x12345678, "TSS, high: base 63:32");
    descriptor_tss(tss, 0, 0xFFFFF);
    is_int(tss[0], 0x000F89000000FFFF, "TSS: limit 19:16");

    gate = gate_interrupt(0x08, 0x123456789ABCDEF0, 3);
    is_int(gate.low, 0x9ABC8E030008DEF0, "gate, low: type E, present, IST 3, selector");
    is_int(gate.high, 0x12345678, "gate, high: offset 63:32");
    is_int(gate_interrupt(0x08, 0, 8).low, 0x00008E0000080000, "an IST of 8 is no IST");
    return done_testing();
}

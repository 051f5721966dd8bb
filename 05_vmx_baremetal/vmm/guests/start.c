// The states that guests start in.

#include "vmm/guests/start.h"

#include "kernel/cpu.h"
#include "vmm/vmx/guest_state.h"

// The flat segments of most 32 and 64-bit programs, with the usual selectors.
#define FLAT_CODE 0x10
#define FLAT_DATA 0x18
#define FLAT      (ACCESS_S | ACCESS_P | ACCESS_G)

struct guest_state guest_state_real(uint16_t selector, uint64_t base, uint64_t rip)
{
    return (struct guest_state){
        .cr0 = CR0_ET | CR0_NW | CR0_CD,
        .rip = rip,
        .rflags = RFLAGS_ONE,
        .code = {selector, base, 0xFFFF, SEGMENT_DATA | ACCESS_S | ACCESS_P},
        .data = {0, 0, 0xFFFF, SEGMENT_DATA | ACCESS_S | ACCESS_P},
        .gdt_limit = 0xFFFF,
    };
}

struct guest_state guest_state_protected(uint64_t rip)
{
    return (struct guest_state){
        .cr0 = CR0_PE | CR0_ET,
        .rip = rip,
        .rflags = RFLAGS_ONE,
        .code = {FLAT_CODE, 0, 0xFFFFFFFF, SEGMENT_CODE | FLAT | ACCESS_DB},
        .data = {FLAT_DATA, 0, 0xFFFFFFFF, SEGMENT_DATA | FLAT | ACCESS_DB},
        .gdt_limit = 0xFFFF,
    };
}

struct guest_state guest_state_pae(uint64_t rip, uint64_t cr3)
{
    struct guest_state state = guest_state_protected(rip);

    state.cr0 |= CR0_PG;
    state.cr3 = cr3;
    state.cr4 = CR4_PAE;
    return state;
}

struct guest_state guest_state_long(uint64_t rip, uint64_t cr3)
{
    struct guest_state state = guest_state_pae(rip, cr3);

    state.efer = EFER_LME | EFER_LMA;
    state.code.access = SEGMENT_CODE | FLAT | ACCESS_L;
    return state;
}

// What happens after an exit, and what is done before the next entry. A kind of exit has a file;
// table.c says which of them handles what.

#ifndef VMM_EXITS_EXITS_H
#define VMM_EXITS_EXITS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/cpu.h"
#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/guest_state.h"

struct exit_row {
    enum resume (*handle)(struct vcpu *vcpu);
    const char *note;  // why it is handled so; where it ends the guest, what the report says
};

// The row of the basic exit reason `reason`. There always is one: numbers that the SDM doesn't
// define have one in common.
const struct exit_row *exit_row(uint32_t reason);

// Does what the row of the last exit says.
enum resume exit_handle(struct vcpu *vcpu);

// CPUID and XSETBV: what the guest's CPU has, and which part of that it switches on.
enum resume exit_cpuid(struct vcpu *vcpu);
enum resume exit_xsetbv(struct vcpu *vcpu);

// Answers are kept. The guest has changed something that they depend on, and that exit_cpuid()
// doesn't look at.
void cpuid_forget(struct vcpu *vcpu);

// What a CPUID answer depends on.
struct guest_cpuid {
    struct cpuid (*host)(uint32_t leaf, uint32_t subleaf);  // the CPU's own answer
    uint32_t cpu2;                                          // secondary VMX controls that are on
    uint64_t cr4, xcr0;                                     // of the guest
    bool code_64;                                           // it asks in 64-bit mode
    uint64_t tsc_khz;                                       // 0: not known, and not told
    const struct apic *apic;                                // or NULL
};

// The answer to CPUID with EAX = `leaf`, ECX = `subleaf`. Leaves beyond the last are all zeros.
struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf);

// The components of XSAVE state that a guest may enable: x87, SSE, and AVX where the CPU has it.
uint64_t guest_xcr0_allowed(const struct guest_cpuid *guest);

// MOV to CR0, CR4 or CR8, MOV from CR8, CLTS, LMSW, where they touch bits that are ours. A value
// that the guest's CPU, as CPUID describes it, doesn't take is #GP.
enum resume exit_cr(struct vcpu *vcpu);

// What a new value of CR0 depends on; `cs` and `tr` are access rights.
struct cr_state {
    uint64_t cr0, cr4, efer;
    uint32_t cs, tr;
};

// May CR0 become `value`? Source: SDM Vol. 2, "MOV - Move to/from Control Registers".
bool cr0_is_valid(const struct cr_state *now, uint64_t value);

// The MSRs that msr_bitmap_fill() doesn't let through. One that the guest's CPU doesn't have is
// #GP, which is how Linux finds out (rdmsr_safe).
enum resume exit_rdmsr(struct vcpu *vcpu);
enum resume exit_wrmsr(struct vcpu *vcpu);

// The guest touches what is not its memory, or writes to what it may only read. In a device page
// that is an access to the device. On a PC other writes are lost; anything else is the guest's end.
enum resume exit_ept_violation(struct vcpu *vcpu);

// Carries out the instruction that the guest is at, which writes to memory or reads it. False: it
// is none of those that insn_decode() knows.
bool emulate(struct vcpu *vcpu, enum resume *resume);

// The first `max` bytes at RIP, as far as there are any. The CPU has just read them, so nobody
// looks at rights. Returns how many there are.
unsigned guest_fetch(const struct vcpu *vcpu, uint8_t *bytes, unsigned max);

// An entry of the EPT itself is one that no CPU accepts. The mistake is ours, not the guest's.
enum resume exit_ept_misconfig(struct vcpu *vcpu);

// VMCALL, from any privilege level: answers the call, refuses it, or ends the guest. The contract
// is common/pc/hypercall.h. Below, the same without the VMCS, for who may; `argument` is the
// guest's RBX.
enum resume exit_vmcall(struct vcpu *vcpu);
enum resume hypercall(struct vcpu *vcpu, uint64_t number, uint64_t argument);

// IN and OUT, through the guest's table of ports.
enum resume exit_io(struct vcpu *vcpu);

// One access to a port, decoded from the exit qualification.
struct io_access {
    uint16_t port;
    unsigned size;  // bytes: 1, 2, 4
    bool in, string, repeat;
};

// Carries it out: `value` goes out, or what comes in is written there. RESUME_STOP, behind a report
// unless a device has ended the guest, or RESUME_NEXT.
enum resume io_transfer(struct vcpu *vcpu, const struct io_access *access, uint32_t *value);

// Behind an access to a port, and to `size` bytes of memory at a linear address: where the guest
// has a breakpoint on it, the next entry raises #DB.
void breakpoint_port(uint16_t port, unsigned size);
void breakpoint_data(uint64_t linear, unsigned size, bool write);

// RAX after an IN of `size` bytes of `value`: AL and AX keep the rest of the register, EAX clears
// the upper half, as every write to a 32-bit register does.
static inline uint64_t io_merge(uint64_t rax, uint32_t value, unsigned size)
{
    switch (size) {
    case 1: return (rax & ~0xFFull) | (value & 0xFF);
    case 2: return (rax & ~0xFFFFull) | (value & 0xFFFF);
    default: return value;
    }
}

// Carries out an INS or OUTS: IN and OUT with memory in the place of RAX, repeated as RCX says.
enum resume string_io(struct vcpu *vcpu, const struct io_access *access);

#define OPERAND_MAX 8  // bytes of an operand

// As the VMCS counts them, and instructions.
enum segment_number { SEGMENT_ES, SEGMENT_CS, SEGMENT_SS, SEGMENT_DS, SEGMENT_FS, SEGMENT_GS };

// Where the operand of an instruction is: in memory, or all of it in one device's page.
struct operand {
    unsigned size;                   // bytes: 1, 2, 4, 8
    uint8_t *bytes[OPERAND_MAX];     // our pointers to them; unused where there is a ...
    const struct device_page *page;  // ... device, or NULL, ...
    uint64_t offset;                 // ... and in its page
};

// The guest's memory as an instruction of the guest reaches it: with the segment's base and limit,
// the rights of the code that runs, and the exceptions that the CPU would raise. Finds the operand
// of `size` bytes at `offset`. What is written where the guest has nothing or a ROM is lost. False
// if the instruction can't go on: `resume` is then what its exit handler returns, behind an
// exception for the guest, or behind a report.
bool guest_operand_reach(struct vcpu *vcpu, enum segment_number segment, uint64_t offset,
                         unsigned size, bool write, struct operand *operand, enum resume *resume);

// One access to it. To a device each call is one: make as many as the instruction does.
uint64_t operand_read(const struct operand *operand);
void operand_write(const struct operand *operand, uint64_t value);

// What an instruction with addresses of `bytes` makes of a register: as many bytes of it ...
static inline uint64_t address_cut(uint64_t value, unsigned bytes)
{
    return bytes == 8 ? value : value & ((1ull << 8 * bytes) - 1);
}

// ... which move on by `step`: 16 bits leave the rest alone, 32 bits clear the upper half.
static inline void address_advance(uint64_t *reg, uint64_t step, unsigned bytes)
{
    uint64_t value = address_cut(*reg + step, bytes);

    *reg = bytes == 2 ? (*reg & ~0xFFFFull) | value : value;
}

// What an instruction that REP may repeat has in common with all others of its kind.
struct string {
    unsigned size, address_size;  // bytes
    bool repeat;
    bool source, destination;  // RSI moves, RDI moves
};

// Moves one element. False: the instruction can't go on, see guest_operand_reach().
typedef bool string_element(struct vcpu *vcpu, const void *what, enum resume *resume);

// Calls `element` with `what` for each element, as RCX says, and moves the registers on. Does so in
// portions, and the guest is entered again for the next, so that interrupts wait no longer than on
// a CPU, which takes them between two elements. Returns what the exit handler does.
enum resume string_repeat(struct vcpu *vcpu, const struct string *string, string_element *element,
                          const void *what);

// Before every entry: injects the guest's NMI or its most urgent interrupt, or arranges to be told
// when it can, and when the timer of its local APIC comes to its end.
void interrupt_prepare(struct vcpu *vcpu);

// Behind an access to the local APIC, after which all else is as `resume` says: has the guest sent
// itself INIT? That starts a CPU anew where it starts after a reset, and so it ends the guest.
enum resume apic_settle(struct vcpu *vcpu, enum resume resume);

// The machine's interrupt is ended here, and the guest's raised.
enum resume exit_external_interrupt(struct vcpu *vcpu);

// What to do about the guest's INTR line before an entry. Nearly always nothing.
enum interrupt_step {
    INTERRUPT_NONE,    // it is low
    INTERRUPT_INJECT,  // the guest takes it at once
    INTERRUPT_WINDOW,  // not now: an exit as soon as it would take one
};

// The line is high. `first`: something that comes before any interrupt. Source: SDM Vol. 3,
// "Interrupt-Window Exiting and Virtual-Interrupt Delivery", "Checks on Guest Non-Register State".
static inline enum interrupt_step interrupt_step(bool first, uint64_t rflags, uint64_t blocking)
{
    if (first || !(rflags & RFLAGS_IF) || (blocking & (BLOCKING_STI | BLOCKING_SS)))
        return INTERRUPT_WINDOW;
    return INTERRUPT_INJECT;
}

// An NMI for the guest, as soon as it takes one. A second one before that is the same one.
void nmi_raise(struct vcpu *vcpu);

// The part of interrupt_prepare() that comes first: an NMI is pending, and more urgent than any
// interrupt.
void nmi_prepare(struct vcpu *vcpu);

// The guest takes NMIs again.
enum resume exit_nmi_window(struct vcpu *vcpu);

// #MC, or an NMI of the machine: by both its hardware reports that it has failed, and nothing can
// be trusted any more. Two other exceptions are intercepted at times, and have their handlers
// below.
enum resume exit_nmi(struct vcpu *vcpu);

// #MF while the guest's CR0.NE is 0; and #NM, while coprocessor_watch() is on.
enum resume exit_x87_error(struct vcpu *vcpu);
enum resume exit_x87_watched(struct vcpu *vcpu);

#endif

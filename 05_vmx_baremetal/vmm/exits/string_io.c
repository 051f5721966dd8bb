// INS and OUTS. Source: SDM Vol. 2, "INS/INSB/INSW/INSD",
// "OUTS/OUTSB/OUTSW/OUTSD", "REP"; for the order of exceptions and exits, SDM Vol. 3, "Relative
// Priority of Faults and VM Exits": the CPU has checked IOPL and the I/O permission bitmap before
// it exits, and nothing else.

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

#define PORTION 256  // elements for one exit

//  31  18 17     15 14   10 9       7 6    0
//  +------+---------+-------+---------+------+    Source: SDM Vol. 3, "Format of the VM-Exit
//  |  0   | segment |   0   | address |   0  |    Instruction-Information Field as Used for
//  +------+---------+-------+---------+------+    INS and OUTS"
#define INFO_ADDRESS(i) ((unsigned)(i) >> 7 & 7)  // 0, 1, 2: addresses of 16, 32, 64 bits
#define INFO_SEGMENT(i) ((enum segment_number)((i) >> 15 & 7))

// As that field and the VMCS count.
enum segment_number { ES, CS, SS, DS, FS, GS };

// The memory operand: a segment, and the register that steps through it.
struct operand {
    enum segment_number segment;
    enum gpr index;
    unsigned address_size;  // bytes
    bool code_64;
};

static struct operand operand_of(const struct io_access *access)
{
    uint32_t info = (uint32_t)vmcs_read(EXIT_INSTRUCTION_INFO);

    return (struct operand){
        .segment = access->in ? ES : INFO_SEGMENT(info),  // INS knows no other
        .index = access->in ? RDI : RSI,
        .address_size = 2u << INFO_ADDRESS(info),
        .code_64 = guest_is_64_bit(),
    };
}

static uint64_t cut(uint64_t value, unsigned bytes)
{
    return bytes == 8 ? value : value & ((1ull << 8 * bytes) - 1);
}

// A register of the guest moves on by `step`, as an instruction with this address size does it: 16
// bits leave the rest alone, 32 bits clear the upper half.
static void advance(uint64_t *reg, uint64_t step, unsigned address_size)
{
    uint64_t value = cut(*reg + step, address_size);

    *reg = address_size == 2 ? (*reg & ~0xFFFFull) | value : value;
}

// May the segment be used for this? Outside of real and virtual-8086 mode its type counts.
static bool type_fits(uint64_t rights, bool write)
{
    unsigned type = ACCESS_TYPE(rights);

    if (rights & ACCESS_UNUSABLE)
        return false;  // a null selector
    if (!(vmcs_read(GUEST_CR0) & CR0_PE) || (vmcs_read(GUEST_RFLAGS) & RFLAGS_VM))
        return true;
    if (type & ACCESS_CODE)
        return !write && (type & ACCESS_READABLE);
    return !write || (type & ACCESS_WRITABLE);
}

// Source: SDM Vol. 3, "Limit Checking".
static bool limit_fits(uint64_t rights, uint64_t limit, uint64_t first, uint64_t last)
{
    if ((ACCESS_TYPE(rights) & (ACCESS_CODE | ACCESS_DOWN)) == ACCESS_DOWN)
        return first > limit && last <= (rights & ACCESS_DB ? 0xFFFFFFFF : 0xFFFF);
    return last <= limit;
}

// The linear address of an element. False if the segment or the address doesn't allow the access.
static bool linear_of(const struct vcpu *vcpu, const struct operand *operand, unsigned size,
                      uint64_t *linear)
{
    uint64_t first = cut(vcpu->gpr[operand->index], operand->address_size);
    unsigned step = 2 * operand->segment;
    uint64_t base = vmcs_read(GUEST_ES_BASE + step), rights = vmcs_read(GUEST_ES_ACCESS + step);

    if (operand->code_64) {
        *linear = first + (operand->segment >= FS ? base : 0);
        return is_canonical(*linear) && is_canonical(*linear + size - 1);
    }
    *linear = (uint32_t)(base + first);
    return type_fits(rights, operand->index == RDI) &&
           limit_fits(rights, vmcs_read(GUEST_ES_LIMIT + step), first, first + size - 1);
}

// One element. Memory first: an IN can't be taken back. False: `resume` says how it goes on.
static bool move_element(struct vcpu *vcpu, const struct io_access *access,
                         const struct operand *operand, enum resume *resume)
{
    unsigned size = access->size;
    uint8_t *bytes[OPERAND_MAX];
    uint32_t value = 0;
    uint64_t linear;

    if (!linear_of(vcpu, operand, size, &linear)) {
        *resume = inject_exception(operand->segment == SS ? EXCEPTION_SS : EXCEPTION_GP, 0);
        return false;
    }
    if (!guest_memory_reach(vcpu, linear, size, access->in, bytes, resume))
        return false;
    for (unsigned i = 0; !access->in && i < size; i++)
        value |= (uint32_t)*bytes[i] << 8 * i;
    *resume = io_transfer(vcpu, access, &value);
    if (*resume == RESUME_STOP)
        return false;
    for (unsigned i = 0; access->in && i < size; i++)
        *bytes[i] = (uint8_t)(value >> 8 * i);
    breakpoint_data(vcpu, linear, size, access->in);
    return true;
}

// Between two elements, as between two instructions: what STI or MOV SS held back is held back no
// longer, and a single step is over. RF, because an instruction breakpoint here has fired.
static enum resume pause(uint64_t rflags)
{
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY);

    vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    vmcs_write(GUEST_RFLAGS, rflags | RFLAGS_RF);
    if (rflags & RFLAGS_TF)
        inject_single_step();
    return RESUME_RETRY;
}

enum resume string_io(struct vcpu *vcpu, const struct io_access *access)
{
    const struct operand operand = operand_of(access);
    uint64_t rflags = vmcs_read(GUEST_RFLAGS), *count = &vcpu->gpr[RCX];
    uint64_t step = rflags & RFLAGS_DF ? -(uint64_t)access->size : access->size;
    enum resume resume;

    for (unsigned i = 0; i < PORTION; i++) {
        if (access->repeat && !cut(*count, operand.address_size))
            return RESUME_NEXT;
        if (!move_element(vcpu, access, &operand, &resume))
            return resume;
        advance(&vcpu->gpr[operand.index], step, operand.address_size);
        if (!access->repeat)
            return RESUME_NEXT;
        advance(count, -1ull, operand.address_size);
        if (((rflags & RFLAGS_TF) || entry_is_taken()) && cut(*count, operand.address_size))
            break;  // a trap comes behind each element
    }
    return pause(rflags);
}

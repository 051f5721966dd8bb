// INS and OUTS. Source: SDM Vol. 2, "INS/INSB/INSW/INSD",
// "OUTS/OUTSB/OUTSW/OUTSD", "REP"; for the order of exceptions and exits, SDM Vol. 3, "Relative
// Priority of Faults and VM Exits": the CPU has checked IOPL and the I/O permission bitmap before
// it exits, and nothing else.

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/vmcs.h"

#define PORTION 256  // elements for one exit

//  31  18 17     15 14   10 9       7 6    0
//  +------+---------+-------+---------+------+    Source: SDM Vol. 3, "Format of the VM-Exit
//  |  0   | segment |   0   | address |   0  |    Instruction-Information Field as Used for
//  +------+---------+-------+---------+------+    INS and OUTS"
#define INFO_ADDRESS(i) ((unsigned)(i) >> 7 & 7)  // 0, 1, 2: addresses of 16, 32, 64 bits
#define INFO_SEGMENT(i) ((enum segment_number)((i) >> 15 & 7))

// The memory operand: a segment, and the register that steps through it.
struct operand {
    enum segment_number segment;
    enum gpr index;
    unsigned address_size;  // bytes
};

static struct operand operand_of(const struct io_access *access)
{
    uint32_t info = (uint32_t)vmcs_read(EXIT_INSTRUCTION_INFO);

    return (struct operand){
        .segment = access->in ? SEGMENT_ES : INFO_SEGMENT(info),  // INS knows no other
        .index = access->in ? RDI : RSI,
        .address_size = 2u << INFO_ADDRESS(info),
    };
}

// One element. Memory first: an IN can't be taken back. False: `resume` says how it goes on.
static bool move_element(struct vcpu *vcpu, const struct io_access *access,
                         const struct operand *operand, enum resume *resume)
{
    unsigned size = access->size;
    uint64_t offset = address_cut(vcpu->gpr[operand->index], operand->address_size);
    uint8_t *bytes[OPERAND_MAX];
    uint32_t value = 0;

    if (!guest_operand_reach(vcpu, operand->segment, offset, size, access->in, bytes, resume))
        return false;
    for (unsigned i = 0; !access->in && i < size; i++)
        value |= (uint32_t)*bytes[i] << 8 * i;
    *resume = io_transfer(vcpu, access, &value);
    if (*resume == RESUME_STOP)
        return false;
    for (unsigned i = 0; access->in && i < size; i++)
        *bytes[i] = (uint8_t)(value >> 8 * i);
    return true;
}

enum resume string_io(struct vcpu *vcpu, const struct io_access *access)
{
    const struct operand operand = operand_of(access);
    uint64_t rflags = vmcs_read(GUEST_RFLAGS), *count = &vcpu->gpr[RCX];
    uint64_t step = rflags & RFLAGS_DF ? -(uint64_t)access->size : access->size;
    enum resume resume;

    for (unsigned i = 0; i < PORTION; i++) {
        if (access->repeat && !address_cut(*count, operand.address_size))
            return RESUME_NEXT;
        if (!move_element(vcpu, access, &operand, &resume))
            return resume;
        address_advance(&vcpu->gpr[operand.index], step, operand.address_size);
        if (!access->repeat)
            return RESUME_NEXT;
        address_advance(count, -1ull, operand.address_size);
        if ((rflags & RFLAGS_TF) && address_cut(*count, operand.address_size)) {
            inject_single_step();  // the trap comes behind each element
            return RESUME_RETRY;
        }
    }
    return RESUME_RETRY;
}

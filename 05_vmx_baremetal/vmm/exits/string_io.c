// INS and OUTS. Source: SDM Vol. 2, "INS/INSB/INSW/INSD",
// "OUTS/OUTSB/OUTSW/OUTSD"; for the order of exceptions and exits, SDM Vol. 3, "Relative
// Priority of Faults and VM Exits": the CPU has checked IOPL and the I/O permission bitmap before
// it exits, and nothing else.

#include "vmm/exits/exits.h"

#include "vmm/vmx/vmcs.h"

//  31  18 17     15 14   10 9       7 6    0
//  +------+---------+-------+---------+------+    Source: SDM Vol. 3, "Format of the VM-Exit
//  |  0   | segment |   0   | address |   0  |    Instruction-Information Field as Used for
//  +------+---------+-------+---------+------+    INS and OUTS"
#define INFO_ADDRESS(i) ((unsigned)(i) >> 7 & 7)  // 0, 1, 2: addresses of 16, 32, 64 bits
#define INFO_SEGMENT(i) ((enum segment_number)((i) >> 15 & 7))

// The port, and the operand in memory.
struct transfer {
    const struct io_access *access;
    enum segment_number segment;
    unsigned address_size;  // bytes
};

static struct transfer transfer_of(const struct io_access *access)
{
    uint32_t info = (uint32_t)vmcs_read(EXIT_INSTRUCTION_INFO);

    return (struct transfer){
        .access = access,
        .segment = access->in ? SEGMENT_ES : INFO_SEGMENT(info),  // INS knows no other
        .address_size = 2u << INFO_ADDRESS(info),
    };
}

// One element. Memory first: an IN can't be taken back.
static bool move_element(struct vcpu *vcpu, const void *what, enum resume *resume)
{
    const struct transfer *transfer = what;
    const struct io_access *access = transfer->access;
    unsigned size = access->size;
    uint64_t offset = address_cut(vcpu->gpr[access->in ? RDI : RSI], transfer->address_size);
    struct operand operand;
    uint32_t value = 0;

    if (!guest_operand_reach(vcpu, transfer->segment, offset, size, access->in, &operand, resume))
        return false;
    if (!access->in)
        value = (uint32_t)operand_read(&operand);
    *resume = io_transfer(vcpu, access, &value);
    if (*resume == RESUME_STOP)
        return false;
    if (access->in)
        operand_write(&operand, value);
    return true;
}

enum resume string_io(struct vcpu *vcpu, const struct io_access *access)
{
    const struct transfer transfer = transfer_of(access);
    const struct string string = {
        .size = access->size,
        .address_size = transfer.address_size,
        .repeat = access->repeat,
        .source = !access->in,
        .destination = access->in,
    };

    return string_repeat(vcpu, &string, move_element, &transfer);
}

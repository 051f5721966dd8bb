// IN and OUT of the guest: see io.h.

#include "vmm/exits/io.h"

#include "vmm/vcpu/report.h"
#include "vmm/vmx/vmcs.h"

//  31        16 15    7   6    5   4   3  2    0
//  +-----------+-------+-----+---+---+---+------+     Source: SDM Vol. 3, "Exit Qualification for
//  |    port   |   0   | imm |rep|str|in | size |     I/O Instructions". size: 0, 1, 3 for 1, 2, 4
//  +-----------+-------+-----+---+---+---+------+
#define IO_SIZE(q) ((unsigned)((q) >> 0 & 7) + 1)
#define IO_IN      (1u << 3)
#define IO_STRING  (1u << 4)
#define IO_REPEAT  (1u << 5)
#define IO_PORT(q) ((uint16_t)((q) >> 16))

// A port of nobody: an empty bus for a PC, and a mistake for a guest that should know its ports.
static bool is_served(struct guest *guest, uint16_t port, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        if (port + i > UINT16_MAX ||
            !port_find(guest->ports, guest->port_count, (uint16_t)(port + i))) {
            guest->unclaimed++;
            return guest->empty_bus;
        }
    return true;
}

enum resume io_transfer(struct vcpu *vcpu, const struct io_access *access, uint32_t *value)
{
    struct guest *guest = vcpu->guest;

    if (!is_served(guest, access->port, access->size)) {
        report_stop(vcpu, "no device at port %x: %s of %u bytes", access->port,
                    access->in ? "IN" : "OUT", access->size);
        return vcpu_crash(vcpu);
    }
    if (access->in)
        *value = port_in(guest->ports, guest->port_count, access->port, access->size);
    else
        port_out(guest->ports, guest->port_count, access->port, access->size, *value);
    if (guest->settle)
        guest->settle(guest);
    if (guest->ended) {
        vcpu->status = guest->status;
        return RESUME_STOP;
    }
    return RESUME_NEXT;
}

enum resume exit_io(struct vcpu *vcpu)
{
    uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const struct io_access access = {
        .port = IO_PORT(qualification),
        .size = IO_SIZE(qualification),
        .in = qualification & IO_IN,
        .string = qualification & IO_STRING,
        .repeat = qualification & IO_REPEAT,
    };
    uint32_t value = (uint32_t)vcpu->gpr[RAX];
    enum resume resume;

    if (access.string)
        return string_io(vcpu, &access);
    resume = io_transfer(vcpu, &access, &value);
    if (access.in && resume == RESUME_NEXT)
        vcpu->gpr[RAX] = io_merge(vcpu->gpr[RAX], value, access.size);
    return resume;
}

// IN and OUT of the guest: see exit_io.h.

#include "vmm/exit_io.h"

#include "vmm/report.h"
#include "vmm/vmcs.h"

//  31        16 15    7   6    5   4   3  2    0
//  +-----------+-------+-----+---+---+---+------+     Source: SDM Vol. 3, "Exit Qualification for
//  |    port   |   0   | imm |rep|str|in | size |     I/O Instructions". size: 0, 1, 3 for 1, 2, 4
//  +-----------+-------+-----+---+---+---+------+
#define IO_SIZE(q) ((unsigned)((q)&7) + 1)
#define IO_IN      (1u << 3)
#define IO_STRING  (1u << 4)
#define IO_PORT(q) ((uint16_t)((q) >> 16))

// A port of nobody: an empty bus for a PC, and a mistake for a guest that should know its ports.
static bool is_served(struct guest *guest, uint16_t port)
{
    if (port_find(guest->ports, guest->port_count, port))
        return true;
    guest->unclaimed++;
    return guest->empty_bus;
}

enum resume exit_io(struct vcpu *vcpu)
{
    struct guest *guest = vcpu->guest;
    uint64_t access = vmcs_read(EXIT_QUALIFICATION);
    uint16_t port = IO_PORT(access);
    unsigned size = IO_SIZE(access);
    uint64_t *rax = &vcpu->gpr[RAX];

    if (access & IO_STRING) {
        report_stop(vcpu, "INS and OUTS are not emulated, port %x", port);
        return vcpu_crash(vcpu);
    }
    if (!is_served(guest, port)) {
        report_stop(vcpu, "no device at port %x: %s of %u bytes", port,
                    access & IO_IN ? "IN" : "OUT", size);
        return vcpu_crash(vcpu);
    }
    if (access & IO_IN)
        *rax = io_merge(*rax, port_in(guest->ports, guest->port_count, port, size), size);
    else
        port_out(guest->ports, guest->port_count, port, size, (uint32_t)*rax);
    if (guest->ended) {
        vcpu->status = guest->status;
        return RESUME_STOP;
    }
    return RESUME_NEXT;
}

// One access to a port of the guest: to its device, or to nobody's.

#include "vmm/exits/exits.h"
#include "vmm/vcpu/report.h"

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

    if (!is_served(guest, access->port, access->size))
        return guest_crash(vcpu, "no device at port %x: %s of %u bytes", access->port,
                           access->in ? "IN" : "OUT", access->size);
    if (access->in)
        *value = port_in(guest->ports, guest->port_count, access->port, access->size);
    else
        port_out(guest->ports, guest->port_count, access->port, access->size, *value);
    breakpoint_port(access->port, access->size);
    if (guest->settle)
        guest->settle(guest);
    if (guest->ended) {
        vcpu->status = guest->status;
        return RESUME_STOP;
    }
    return RESUME_NEXT;
}

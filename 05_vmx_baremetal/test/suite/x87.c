// The guest "ferr", on a machine with interrupt controllers and the way from the x87 to them.

#include <string.h>

#include "kernel/memory/payload.h"
#include "kernel/trap/pic.h"
#include "test/suite/suite.h"
#include "vmm/guests/devices/coprocessor.h"
#include "vmm/guests/host.h"
#include "vmm/memory/memory.h"
#include "vmm/run.h"

#define RAM   (1u << 20)
#define START 0x1000  // behind the interrupt vectors of real mode

static struct pic pic;
static struct coprocessor x87;

// The first row is where the button of other guests is.
static struct port_range ports[] = {
    {COPROCESSOR_PORT, COPROCESSOR_PORT, "coprocessor", NULL, coprocessor_out, &x87},
    {PIC_PORT_FIRST_COMMAND, PIC_PORT_FIRST_DATA, "8259", pic_in, pic_out, &pic.first},
    {PIC_PORT_SECOND_COMMAND, PIC_PORT_SECOND_DATA, "8259", pic_in, pic_out, &pic.second},
    {PIT_FIRST, PIT_LAST, "PIT of the machine", host_in, host_out, HOST_PORT(PIT_FIRST)},
    {0},  // the result ...
    {0},  // ... and the end
};

void suite_x87(const struct vmx_capability *cap)
{
    struct payload file = payload_get("ferr");
    enum vm_status status;
    struct guest guest;
    struct vcpu vcpu;

    suite_guest(&guest, "ferr", guest_state_real(0, 0, START));
    memory_add(&guest.ept, 0, RAM);
    memcpy(memory_at(&guest.ept, START, file.size), file.data, file.size);
    pic_reset(&pic);
    x87 = (struct coprocessor){.pic = &pic};
    guest.pic = &pic;
    guest.x87 = &x87;
    guest.irqs = 1 << PIT_IRQ;
    ports[4] = suite_ports[0];
    ports[5] = suite_ports[SUITE_PORTS - 1];
    guest.ports = ports;
    guest.port_count = sizeof(ports) / sizeof(ports[0]);
    pic_unmask(PIT_IRQ);
    vcpu_create(&vcpu, cap, &guest);
    status = vcpu_run(&vcpu);
    suite_print_end("ferr", status);
    ok(suite_result() == 0, "ferr: x87 errors are IRQ 13 with CR0.NE = 0, result %u",
       suite_result());
    ok(status == VM_CRASHED, "ferr: with interrupts off, that is its end, status %u", status);
    vcpu_destroy(&vcpu);
    guest_destroy(&guest);
    pic_init();  // masked again
}

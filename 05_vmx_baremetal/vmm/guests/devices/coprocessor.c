// The errors of the guest's x87, on their way to IRQ 13: see coprocessor.h.

#include "vmm/guests/devices/coprocessor.h"

#include "common/pc/x86.h"
#include "kernel/cpu.h"
#include "vmm/vmx/vmcs.h"

#define STATUS_ERROR (1u << 7)  // "error summary status"

void coprocessor_mode(uint64_t cr0)
{
    uint64_t exceptions = vmcs_read(EXCEPTION_BITMAP) & ~BIT(EXCEPTION_MF);

    vmcs_write(EXCEPTION_BITMAP, exceptions | (cr0 & CR0_NE ? 0 : BIT(EXCEPTION_MF)));
    if (cr0 & CR0_NE)
        coprocessor_watch(false);
}

// While TS is in the mask, it is on, whatever the guest reads there and writes.
bool coprocessor_is_watched(void)
{
    return vmcs_read(CR0_MASK) & CR0_TS;
}

void coprocessor_watch(bool on)
{
    uint64_t mask = vmcs_read(CR0_MASK), cr0 = vmcs_read(GUEST_CR0), shadow = vmcs_read(CR0_SHADOW);
    uint64_t exceptions = vmcs_read(EXCEPTION_BITMAP);

    if (on == coprocessor_is_watched())
        return;
    if (on) {
        vmcs_write(CR0_SHADOW, (shadow & ~CR0_TS) | (cr0 & CR0_TS));
        cr0 |= CR0_TS;
    } else {
        cr0 = (cr0 & ~CR0_TS) | (shadow & CR0_TS);
    }
    vmcs_write(GUEST_CR0, cr0);
    vmcs_write(CR0_MASK, mask ^ CR0_TS);
    vmcs_write(EXCEPTION_BITMAP, exceptions ^ BIT(EXCEPTION_NM));
}

void coprocessor_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct coprocessor *self = device;

    (void)offset, (void)size, (void)value;
    pic_set_line(self->pic, COPROCESSOR_IRQ, false);
    // Its registers are the guest's the whole time.
    self->error = self->ignored = self->error && (fnstsw() & STATUS_ERROR);
    coprocessor_watch(self->ignored);
}

// The bell of bell.h.

#include "bell.h"

#include <stddef.h>

#include "common/kvm/kvm.h"

void bell_open(struct bell *bell, int vm_fd)
{
    *bell = (struct bell){.vm_fd = vm_fd};
}

uint32_t bell_in(void *device, uint16_t offset, unsigned size)
{
    const struct bell *bell = device;

    (void)offset, (void)size;
    return bell->rings;
}

// An edge: up, and down again.
void bell_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct bell *bell = device;
    struct kvm_irq_level up = {.irq = BELL_IRQ, .level = 1}, down = {.irq = BELL_IRQ, .level = 0};

    (void)offset, (void)size, (void)value;
    bell->rings++;
    KVM(bell->vm_fd, KVM_IRQ_LINE, &up);
    KVM(bell->vm_fd, KVM_IRQ_LINE, &down);
}

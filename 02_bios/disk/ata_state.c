// The ATA disk of ata.h: which drive is selected, what it says to the guest, and its interrupt.

#include <linux/kvm.h>

#include "ata.h"
#include "common/kvm/kvm.h"

#define CONTROL_NO_INTERRUPT (1u << 1)

bool ata_is_absent(const struct ata *ata)
{
    return ata->device & ATA_DEVICE_SECOND;
}

static void interrupt_set(struct ata *ata, bool level)
{
    struct kvm_irq_level irq = {.irq = ATA_IRQ, .level = level};

    if (ata->interrupt == level)
        return;
    ata->interrupt = level;
    KVM(ata->vm_fd, KVM_IRQ_LINE, &irq);
}

// A drive pulls the line while it has something to say, is selected, and was not told to poll.
void ata_interrupt_update(struct ata *ata)
{
    interrupt_set(ata,
                  ata->pending && !ata_is_absent(ata) && !(ata->control & CONTROL_NO_INTERRUPT));
}

void ata_notify(struct ata *ata, bool pending)
{
    ata->pending = pending;
    ata_interrupt_update(ata);
}

// What tells an ATA drive from a CD drive.
void ata_signature(struct ata *ata)
{
    ata->transfer = ATA_IDLE;
    ata->error = ATA_ERROR_DIAGNOSTIC_PASSED;
    ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED;
    ata->count[0] = ata->lba_low[0] = 1;
    ata->lba_mid[0] = ata->lba_high[0] = 0;
    ata->device = 0;
    ata_notify(ata, false);
}

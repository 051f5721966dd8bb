// What the files of the APIC share: see apic.h.

#ifndef COMMON_PC_APIC_PARTS_H
#define COMMON_PC_APIC_PARTS_H

#include "common/pc/apic/apic.h"

#define APIC_SOFTWARE_ENABLED (1u << 8)  // of the spurious vector's register

#define LVT_DELIVERY(entry) ((entry) >> 8 & 7)  // as the ICR's
#define LVT_PENDING         (1u << 12)
#define LVT_REMOTE_IRR      (1u << 14)  // of LINT0: a level was accepted, and not ended
#define LVT_LEVEL           (1u << 15)
#define LVT_MASKED          APIC_MASKED

enum apic_delivery {
    DELIVER_FIXED,
    DELIVER_LOWEST,
    DELIVER_SMI,
    DELIVER_NMI = 4,
    DELIVER_INIT,
    DELIVER_STARTUP,
    DELIVER_EXTINT,
};

// Bits of the error status register. Source: SDM Vol. 3, "Error Handling".
#define APIC_ERROR_SENT     (1u << 5)  // a vector below 16 ...
#define APIC_ERROR_RECEIVED (1u << 6)
#define APIC_ERROR_REGISTER (1u << 7)  // there is no such register

#define ICR_LOGICAL        (1u << 11)
#define ICR_ASSERT         (1u << 14)
#define ICR_LEVEL          (1u << 15)
#define ICR_SELF           (1u << 18)
#define ICR_SHORTHAND(icr) ((icr) >> 18 & 3)
#define ICR_BITS           0xCCFFFu  // that software writes of its low half

static inline uint32_t *apic_lvt(struct apic *apic, unsigned reg)
{
    return &apic->lvt[reg - APIC_LVT_TIMER];
}

// In request.c: an interrupt arrives; something has gone wrong; the CPU has served the most urgent
// one; the processor's priority; LINT0's entry of the LVT has changed; an IPI goes out, as the bits
// of the ICR say.
void apic_request(struct apic *apic, uint8_t vector, bool level);
void apic_error(struct apic *apic, uint32_t bit);
void apic_end_of_interrupt(struct apic *apic);
uint32_t apic_priority(const struct apic *apic);
void apic_lint0_update(struct apic *apic);
void apic_send(struct apic *apic, uint64_t icr);

// In timer.c: the count that a read returns; the registers that software writes; the deadline, 0 in
// other modes, where writing it changes nothing.
uint32_t apic_timer_count(const struct apic *apic, uint64_t now);
void apic_timer_start(struct apic *apic, uint32_t initial, uint64_t now);
void apic_timer_divide(struct apic *apic, uint32_t value, uint64_t now);
void apic_timer_lvt(struct apic *apic, uint32_t value);
uint64_t apic_deadline(const struct apic *apic);
void apic_deadline_set(struct apic *apic, uint64_t deadline);

#endif

// The list of broken.h, the rules on the guest state that Bochs 2.7 lacks: it enters the guest
// where the SDM has the entry fail with exit reason 33.

#include "kernel/cpu.h"
#include "test/suite/broken.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmx.h"

#define EVENT(type, vector) (EVENT_VALID | (type) << 8 | (vector))
#define FAULT(vector)       EVENT(EVENT_HARDWARE_EXCEPTION, vector)

#define SINGLE_STEP "a single step is pending behind STI, MOV SS or HLT exactly if TF is on"
#define WAKES       "the injected event can reach a CPU in this activity state"

// clang-format off
static const struct broken list[] = {
    {LONG, GUEST_CR0, "an IA-32e mode guest has CR0.PG", {{OFF, GUEST_CR0, CR0_PG}}},
    {PROTECTED, GUEST_DEBUGCTL, "reserved bits of IA32_DEBUGCTL are 0",
     {{ON, GUEST_DEBUGCTL, 1 << 5}}},
    {LONG, GUEST_RIP, "bits 63:48 are all the same in 64-bit code", {{SET, GUEST_RIP, 1ull << 48}}},
    {PROTECTED, GUEST_ACTIVITY, WAKES,
     {{SET, GUEST_ACTIVITY, ACTIVITY_HLT},
      {SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_UD)}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "no virtual NMI is injected while NMIs are blocked",
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_NMI, 2)},
      {ON, GUEST_INTERRUPTIBILITY, BLOCKING_NMI}}},
    {PROTECTED, GUEST_PENDING_DEBUG, SINGLE_STEP,
     {{ON, GUEST_INTERRUPTIBILITY, BLOCKING_SS},
      {ON, GUEST_PENDING_DEBUG, PENDING_DEBUG_BS}}},
    {PROTECTED, GUEST_PENDING_DEBUG, SINGLE_STEP,
     {{ON, GUEST_INTERRUPTIBILITY, BLOCKING_SS}, {ON, GUEST_RFLAGS, RFLAGS_TF}}},
};
// clang-format on

const struct broken_part broken_bochs = {AREA_GUEST, list, sizeof(list) / sizeof(list[0])};

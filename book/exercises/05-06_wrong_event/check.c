// What inject_gp() and inject_ud() ask the processor for, in real mode and out of it.

#include "vmx_unit.h"

#include "kernel/cpu.h"
#include "test/unit/fake/fake_vmcs.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/event.h"

#define FAULT(vector) (EVENT_VALID | EVENT_HARDWARE_EXCEPTION << 8 | (vector))

static void check_event(bool protected_mode, bool gp)
{
    uint32_t error_code = protected_mode ? EVENT_ERROR_CODE : 0;
    uint32_t wanted = gp ? FAULT(EXCEPTION_GP) | error_code : FAULT(EXCEPTION_UD);
    enum resume resume;

    fake_vmcs_reset();
    vmcs_write(GUEST_CR0, (random_from(0, 0xFFFFFFFF) & ~CR0_PE) | protected_mode);
    resume = gp ? inject_gp() : inject_ud();
    unit_is(resume, RESUME_RETRY, "what is next, as an enum resume", "that wasn't wrong");
    if (vmcs_read(ENTRY_INTERRUPTION_INFO) == wanted)
        return;
    unit_say("expected", "%s in %s mode: ENTRY_INTERRUPTION_INFO %x", gp ? "#GP" : "#UD",
             protected_mode ? "protected" : "real", wanted);
    unit_say("got", "%llx", HEX(vmcs_read(ENTRY_INTERRUPTION_INFO)));
    unit_say("hint", "bit 11 says that an error code goes with it: where are there error codes?");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < 100; i++)
        check_event(random_bool(), random_bool());
    return 0;
}

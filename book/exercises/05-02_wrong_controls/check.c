// No rule is broken, in any mode, and none of what the hypervisor needs was given up for that.

#include "vmx_modes.h"

#define EPTP        0x12301E
#define PIN_NEEDED  (PIN_EXTERNAL_INTERRUPT | PIN_NMI | PIN_VIRTUAL_NMIS | PIN_PREEMPTION_TIMER)
#define CPU2_NEEDED (CPU2_EPT | CPU2_VPID | CPU2_UNRESTRICTED)
#define EXIT_NEEDED                                                                                \
    (EXIT_SAVE_DEBUG | EXIT_HOST_64 | EXIT_ACK_INTERRUPT | EXIT_SAVE_PAT | EXIT_LOAD_PAT |         \
     EXIT_SAVE_EFER | EXIT_LOAD_EFER)

static void check_bits(enum vmcs_field field, uint64_t needed)
{
    unit_is(needed & ~vmcs_read(field), 0, vmcs_field_name(field),
            "this is what the hypervisor needs and hasn't any more; one bit too many was the "
            "mistake");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < 100; i++) {
        enum mode mode = (enum mode)random_from(REAL, LONG);
        unsigned broken = vmcs_violations(mode, EPTP);

        unit_is(broken, 0, "broken rules",
                "the greeting was printed, but it must hold for guests in every mode");
        check_bits(PIN_CONTROLS, PIN_NEEDED);
        check_bits(CPU2_CONTROLS, CPU2_NEEDED);
        check_bits(EXIT_CONTROLS, EXIT_NEEDED);
        unit_is(vmcs_read(CPU_CONTROLS) & CPU_TPR_SHADOW, 0, vmcs_field_name(CPU_CONTROLS),
                "a page of the host would play the guest's local APIC: one bit too many was the "
                "mistake, not one too few");
    }
    return 0;
}

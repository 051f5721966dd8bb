// Segments that VM entry accepts, in all four modes.

#include "vmx_modes.h"

#define EPTP 0x12301E

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < 100; i++) {
        enum mode mode = (enum mode)random_from(REAL, LONG);

        if (!vmcs_violations(mode, EPTP))
            continue;
        unit_say("expected", "segments that VM entry accepts in %s mode", mode_names[mode]);
        unit_say("got", "one that it doesn't, though a guest in real mode runs");
        unit_say("hint", "segments of code and of data are described in different places");
    }
    return 0;
}

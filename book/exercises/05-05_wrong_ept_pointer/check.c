// The EPT pointer, part by part, for tables anywhere in memory.

#include "vmx_modes.h"

#include "test/unit/fake/fake_pages.h"
#include "vmm/memory/ept.h"

#define PICTURE "the picture above check_eptp() in entry_check/controls.c has the bits"

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < 100; i++) {
        enum mode mode = (enum mode)random_from(REAL, LONG);
        struct ept ept = {.root = (uint64_t *)random_page()};  // never looked into
        uint64_t eptp = ept_pointer(&ept);

        unit_is(eptp & 7, MEMORY_TYPE_WB, "the memory type, in bits 2:0", PICTURE);
        unit_is(eptp >> 3 & 7, 3, "the number of levels less one, in bits 5:3", PICTURE);
        unit_is(eptp >> 6 & 0x3F, 0, "bits 11:6", "nothing that they would turn on is wanted");
        unit_is(eptp >> 12 << 12, (uint64_t)ept.root, "the tables' address", PICTURE);
        unit_is(vmcs_violations(mode, eptp), 0, "broken rules",
                "all other bits of the pointer are 0");
    }
    return 0;
}

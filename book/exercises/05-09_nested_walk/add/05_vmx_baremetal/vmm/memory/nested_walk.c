// Two walks, one inside the other: see nested_walk.h.

#include "vmm/memory/nested_walk.h"

#include "kernel/panic/panic.h"

struct nested_walk nested_walk(const struct ept *ept, uint64_t cr3, uint64_t linear)
{
    (void)ept;
    (void)cr3;
    (void)linear;
    panic("05-09: not done yet");
}

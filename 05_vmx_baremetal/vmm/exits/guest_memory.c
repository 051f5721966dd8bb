// The guest's memory, as its instructions reach it: guest_memory_reach().

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "kernel/memory/page.h"
#include "vmm/memory/guest_paging.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

#define CPL_USER 3

// The byte of host memory behind `gpa`, or NULL: EPT doesn't let the guest do that. As in
// ept.c, a PC's empty bus reads as ones.
static uint8_t *byte_at(struct guest *guest, uint64_t gpa, bool write)
{
    struct ept_walk way = ept_walk(&guest->ept, gpa);

    if (!way.mapped && !write && guest->empty_bus && memory_add_bus(&guest->ept, gpa))
        way = ept_walk(&guest->ept, gpa);
    if (!way.mapped || !(way.entry[way.depth - 1] & (write ? EPT_WRITE : EPT_READ)))
        return NULL;
    return phys_to_virt(way.hpa);
}

static bool is_aligned(uint64_t linear, unsigned size)
{
    return !(vmcs_read(GUEST_CR0) & CR0_AM) || !(vmcs_read(GUEST_RFLAGS) & RFLAGS_AC) ||
           guest_cpl() != CPL_USER || linear % size == 0;
}

bool guest_memory_reach(struct vcpu *vcpu, uint64_t linear, unsigned size, bool write,
                        uint8_t *bytes[OPERAND_MAX], enum resume *resume)
{
    const struct guest_paging paging = guest_paging_now(vcpu);
    uint32_t access =
        (write ? PAGE_FAULT_WRITE : 0) | (guest_cpl() == CPL_USER ? PAGE_FAULT_USER : 0);

    if (!is_aligned(linear, size)) {
        *resume = inject_exception(EXCEPTION_AC, 0);
        return false;
    }
    for (unsigned i = 0; i < size; i++) {
        struct guest_walk walk;

        if (i && (linear + i) % PAGE_SIZE) {  // in the page of the byte before
            bytes[i] = bytes[i - 1] + 1;
            continue;
        }
        walk = guest_walk(&vcpu->guest->ept, &paging, linear + i, access);
        if (walk.end == WALK_FAULT) {
            *resume = inject_page_fault(vcpu, linear + i, walk.error);
            return false;
        }
        bytes[i] = walk.end == WALK_MAPPED ? byte_at(vcpu->guest, walk.gpa, write) : NULL;
        if (!bytes[i]) {
            *resume =
                guest_crash(vcpu, "its operand is at GPA %lx, which is not its memory", walk.gpa);
            return false;
        }
    }
    return true;
}

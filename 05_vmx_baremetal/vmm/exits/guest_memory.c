// The guest's memory, as its instructions reach it: guest_operand_reach().

#include "vmm/exits/exits.h"

#include <string.h>

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

// May the segment be used for this? Outside of real and virtual-8086 mode its type counts.
static bool type_fits(uint64_t rights, bool write)
{
    unsigned type = ACCESS_TYPE(rights);

    if (rights & ACCESS_UNUSABLE)
        return false;  // a null selector
    if (!(vmcs_read(GUEST_CR0) & CR0_PE) || (vmcs_read(GUEST_RFLAGS) & RFLAGS_VM))
        return true;
    if (type & ACCESS_CODE)
        return !write && (type & ACCESS_READABLE);
    return !write || (type & ACCESS_WRITABLE);
}

// Source: SDM Vol. 3, "Limit Checking".
static bool limit_fits(uint64_t rights, uint64_t limit, uint64_t first, uint64_t last)
{
    if ((ACCESS_TYPE(rights) & (ACCESS_CODE | ACCESS_DOWN)) == ACCESS_DOWN)
        return first > limit && last <= (rights & ACCESS_DB ? 0xFFFFFFFF : 0xFFFF);
    return last <= limit;
}

// The linear address of an operand. False if the segment or the address doesn't allow the access.
static bool linear_of(enum segment_number segment, uint64_t offset, unsigned size, bool write,
                      uint64_t *linear)
{
    unsigned step = 2 * segment;
    uint64_t base = vmcs_read(GUEST_ES_BASE + step), rights = vmcs_read(GUEST_ES_ACCESS + step);

    if (guest_is_64_bit()) {
        *linear = offset + (segment >= SEGMENT_FS ? base : 0);
        return is_canonical(*linear) && is_canonical(*linear + size - 1);
    }
    *linear = (uint32_t)(base + offset);
    return type_fits(rights, write) &&
           limit_fits(rights, vmcs_read(GUEST_ES_LIMIT + step), offset, offset + size - 1);
}

// Where a PC has nothing, or a ROM, a write is lost: it goes here. An instruction that reads before
// it writes finds there what it would read: ones, or the ROM's bytes.
static uint8_t *lost(const struct ept_walk *way, unsigned at, unsigned size)
{
    static uint8_t sink[OPERAND_MAX];
    uint64_t left = PAGE_SIZE - way->hpa % PAGE_SIZE;

    memset(sink + at, 0xFF, size - at);
    memcpy(sink + at, phys_to_virt(way->hpa), left < size - at ? left : size - at);
    return sink + at;
}

// Is it in the page of a device, from its first byte at `gpa` to the last?
static bool in_device(const struct guest *guest, uint64_t gpa, struct operand *operand)
{
    operand->page = device_page_at(guest, gpa);
    operand->offset = gpa % PAGE_SIZE;
    return operand->page && operand->offset + operand->size <= PAGE_SIZE;
}

// Byte `at` of an operand, which is at `gpa`, and those behind it in its page. NULL: EPT doesn't
// let the guest do that, or it is a device's, and another one of the operand isn't.
static uint8_t *byte_at(const struct guest *guest, uint64_t gpa, bool write, unsigned at,
                        unsigned size)
{
    struct ept_walk way = ept_walk(&guest->ept, gpa);

    if (!way.mapped)
        return NULL;
    if (!write || (way.entry[way.depth - 1] & EPT_WRITE))
        return phys_to_virt(way.hpa);
    return guest->empty_bus ? lost(&way, at, size) : NULL;
}

static bool is_aligned(uint64_t linear, unsigned size)
{
    return !(vmcs_read(GUEST_CR0) & CR0_AM) || !(vmcs_read(GUEST_RFLAGS) & RFLAGS_AC) ||
           guest_cpl() != CPL_USER || linear % size == 0;
}

// Is it in a device, by what the exit says? Then the CPU has translated the address, has found that
// the guest may, and only EPT has not let it. A read-modify-write is a write there.
static bool is_why_exit(const struct vcpu *vcpu, uint64_t linear, bool write,
                        struct operand *operand)
{
    return vcpu->reason == REASON_EPT_VIOLATION && vmcs_read(GUEST_LINEAR_ADDRESS) == linear &&
           (!write || (vmcs_read(EXIT_QUALIFICATION) & VIOLATION_WRITE)) &&
           in_device(vcpu->guest, vmcs_read(GUEST_PHYSICAL_ADDRESS), operand);
}

static bool memory_reach(struct vcpu *vcpu, uint64_t linear, unsigned size, bool write,
                         struct operand *operand, enum resume *resume)
{
    const struct guest_paging paging = guest_paging_now(vcpu);
    uint32_t access =
        (write ? PAGE_FAULT_WRITE : 0) | (guest_cpl() == CPL_USER ? PAGE_FAULT_USER : 0);
    uint8_t **bytes = operand->bytes;

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
        if (!i && walk.end == WALK_MAPPED && in_device(vcpu->guest, walk.gpa, operand))
            return true;
        bytes[i] = walk.end == WALK_MAPPED ? byte_at(vcpu->guest, walk.gpa, write, i, size) : NULL;
        if (!bytes[i]) {
            *resume =
                guest_crash(vcpu, "its operand is at GPA %lx, which is not its memory", walk.gpa);
            return false;
        }
    }
    return true;
}

bool guest_operand_reach(struct vcpu *vcpu, enum segment_number segment, uint64_t offset,
                         unsigned size, bool write, struct operand *operand, enum resume *resume)
{
    uint64_t linear;

    if (!linear_of(segment, offset, size, write, &linear)) {
        *resume = inject_exception(segment == SEGMENT_SS ? EXCEPTION_SS : EXCEPTION_GP, 0);
        return false;
    }
    *operand = (struct operand){.size = size};
    if (!is_why_exit(vcpu, linear, write, operand) &&
        !memory_reach(vcpu, linear, size, write, operand, resume))
        return false;
    breakpoint_data(linear, size, write);
    return true;
}

uint64_t operand_read(const struct operand *operand)
{
    const struct device_page *page = operand->page;
    uint64_t value = 0;

    if (page)
        return page->read(page->device, operand->offset, operand->size) &
               UINT64_MAX >> (64 - 8 * operand->size);
    for (unsigned i = 0; i < operand->size; i++)
        value |= (uint64_t)*operand->bytes[i] << 8 * i;
    return value;
}

void operand_write(const struct operand *operand, uint64_t value)
{
    const struct device_page *page = operand->page;

    if (page)
        page->write(page->device, operand->offset, operand->size, value);
    for (unsigned i = 0; !page && i < operand->size; i++)
        *operand->bytes[i] = (uint8_t)(value >> 8 * i);
}

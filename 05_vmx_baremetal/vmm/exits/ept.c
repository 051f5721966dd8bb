// What EPT doesn't let the guest do.

#include "vmm/exits/exits.h"

#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

// Bit 12 of the exit qualification: the access was that of an IRET which had already ended the
// blocking by NMI, and which runs again. Source: SDM Vol. 3, "Exit Qualification for EPT
// Violations".
#define NMI_UNBLOCKED (1u << 12)

// The cause is gone and the access is made again. What goes with that: an IRET must find NMIs
// blocked, as it did the first time.
static enum resume retry(uint64_t qualification)
{
    if ((qualification & NMI_UNBLOCKED) && !(vmcs_read(IDT_VECTORING_INFO) & EVENT_VALID))
        vmcs_write(GUEST_INTERRUPTIBILITY, vmcs_read(GUEST_INTERRUPTIBILITY) | BLOCKING_NMI);
    return RESUME_RETRY;
}

// Did an instruction's operand cause it? Not the guest's page tables, nor the delivery of an event,
// which is over where it can't be written to the stack.
static bool by_operand(uint64_t qualification)
{
    return (qualification & VIOLATION_LINEAR_VALID) && (qualification & VIOLATION_TRANSLATED) &&
           !(vmcs_read(IDT_VECTORING_INFO) & EVENT_VALID);
}

// Memory that the guest may not write to.
static bool is_rom(const struct ept *ept, uint64_t gpa)
{
    struct ept_walk way = ept_walk(ept, gpa);

    return ept_is_memory(ept, &way);
}

// A device's registers are there for operands, and for nothing else.
static enum resume device_access(struct vcpu *vcpu, const struct device_page *page)
{
    uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const char *how = "by an instruction that isn't emulated";
    enum resume resume;

    vcpu->exits_by_page[page - vcpu->guest->pages]++;
    if (qualification & VIOLATION_FETCH)
        how = "as code";
    else if (vmcs_read(IDT_VECTORING_INFO) & EVENT_VALID)
        how = "while it takes an interrupt or exception";
    else if (!by_operand(qualification))
        how = "as page tables";
    else if (emulate(vcpu, &resume))
        return apic_settle(vcpu, resume);
    return guest_crash(vcpu, "it uses the registers of the %s at GPA %lx %s", page->name,
                       vmcs_read(GUEST_PHYSICAL_ADDRESS), how);
}

enum resume exit_ept_violation(struct vcpu *vcpu)
{
    uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    uint64_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
    struct guest *guest = vcpu->guest;
    const struct device_page *page = device_page_at(guest, gpa);
    enum resume resume;

    if (page)
        return device_access(vcpu, page);
    if (!guest->empty_bus || !(qualification & VIOLATION_WRITE))
        return guest_crash(vcpu, "it touches what is not its memory");
    if (by_operand(qualification) && emulate(vcpu, &resume))
        return resume;
    if (!is_rom(&guest->ept, gpa))
        return guest_crash(vcpu, "it writes where nothing is, and not by a simple instruction");
    // The CPU marks a descriptor or a page as used, say. The page of the ROM is the guest's own.
    ept_allow(&guest->ept, gpa & ~(PAGE_SIZE - 1), PAGE_SIZE, EPT_ALL);
    return retry(qualification);
}

enum resume exit_ept_misconfig(struct vcpu *vcpu)
{
    return vmm_bug(vcpu, "the EPT has an entry that no CPU accepts: a mistake of the hypervisor");
}

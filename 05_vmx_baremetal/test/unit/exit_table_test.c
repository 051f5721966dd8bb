// Every exit reason has a row, and the rows that need nothing but the VMCS do what they say.

#include "vmm/exits/exits.h"

#include "common/test/tap.h"
#include "kernel/cpu.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/fake_report.h"
#include "test/unit/fake/fake_vmcs.h"
#include "test/unit/fake/haswell.h"
#include "vmm/guests/devices/coprocessor.h"
#include "vmm/memory/guest_paging.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmx.h"

static struct guest guest;
static struct vcpu vcpu;

static enum resume handle(uint32_t reason)
{
    fake_vmcs_reset();
    vcpu = (struct vcpu){.guest = &guest, .reason = reason};
    reports = 0;
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    vmcs_write(GUEST_CR0, CR0_PE);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE);
    return exit_row(reason)->handle(&vcpu);
}

// The same on the VMCS as it is.
static enum resume handle_again(uint32_t reason, uint64_t rflags)
{
    vmcs_write(GUEST_RFLAGS, rflags);
    return exit_row(reason)->handle(&vcpu);
}

static void test_rows(void)
{
#define REASON(name, number, text) number,
    static const uint8_t reasons[] = {EXIT_REASONS(REASON)};
#undef REASON
    const struct exit_row *undefined = exit_row(0xFFFF);
    unsigned defined = 0;

    for (unsigned i = 0; i < sizeof(reasons); i++)
        ok(exit_row(reasons[i]) != undefined && exit_row(reasons[i])->note[0], "%u, %s: has a row",
           reasons[i], exit_reason_name(reasons[i]));
    for (unsigned i = 0; i < 0x10000; i++)
        defined += exit_row(i) != undefined;
    is_int(defined, sizeof(reasons), "and no other number has");
    is_int(handle(35), RESUME_STOP, "a number of no reason stops the guest");
    ok(vcpu.status == VM_PANIC && reports == 1, "as a mistake of ours, with a report");
}

static void test_ends(void)
{
    static const enum exit_reason unasked[] = {
        REASON_INIT,          REASON_INVLPG,         REASON_RDTSC,     REASON_MOV_DR,
        REASON_MONITOR_TRAP,  REASON_PAUSE,          REASON_GDTR_IDTR, REASON_PML_FULL,
        REASON_EPT_MISCONFIG, REASON_BAD_GUEST_STATE};

    for (unsigned i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++) {
        bool stopped = handle(unasked[i]) == RESUME_STOP;

        ok(stopped && vcpu.status == VM_PANIC && reports == 1, "%s: not the guest's mistake",
           exit_reason_name(unasked[i]));
    }
    ok(handle(REASON_TASK_SWITCH) == RESUME_STOP && vcpu.status == VM_CRASHED && reports == 1,
       "a task switch: the guest's end");
    ok(handle(REASON_TRIPLE_FAULT) == RESUME_STOP && vcpu.status == VM_CRASHED,
       "a triple fault: the same");
    is_int(handle(REASON_WBINVD), RESUME_NEXT, "WBINVD: nothing to do");
}

static bool injected(unsigned type, unsigned vector)
{
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);

    return (event & EVENT_VALID) && EVENT_TYPE(event) == type && EVENT_VECTOR(event) == vector;
}

static void test_exceptions(void)
{
    static const enum exit_reason ud[] = {
        REASON_GETSEC,  REASON_RSM,      REASON_VMCLEAR,  REASON_VMLAUNCH, REASON_VMPTRLD,
        REASON_VMPTRST, REASON_VMREAD,   REASON_VMRESUME, REASON_VMWRITE,  REASON_VMXOFF,
        REASON_VMXON,   REASON_MWAIT,    REASON_MONITOR,  REASON_INVEPT,   REASON_INVVPID,
        REASON_VMFUNC,  REASON_ENCLS,    REASON_XSAVES,   REASON_UMWAIT,   REASON_TPAUSE,
        REASON_ENCLV,   REASON_SEAMCALL, REASON_TDCALL};

    for (unsigned i = 0; i < sizeof(ud) / sizeof(ud[0]); i++)
        ok(handle(ud[i]) == RESUME_RETRY && injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_UD),
           "%s: #UD", exit_reason_name(ud[i]));
    ok(handle(REASON_RDPMC) == RESUME_RETRY && injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_GP),
       "RDPMC: #GP");
    ok((vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_ERROR_CODE) &&
           vmcs_read(ENTRY_EXCEPTION_ERROR_CODE) == 0,
       "with an error code of 0");
    ok(vmcs_read(GUEST_RFLAGS) & RFLAGS_RF, "and RF for the handler's return");
    inject_page_fault(&vcpu, 0x123456789ABC, (PAGE_FAULT_PRESENT | PAGE_FAULT_WRITE));
    ok(injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_PF) && vcpu.cr2 == 0x123456789ABC &&
           vmcs_read(ENTRY_EXCEPTION_ERROR_CODE) == (PAGE_FAULT_PRESENT | PAGE_FAULT_WRITE),
       "#PF: CR2 and its error code");
}

// What the exit cut short comes again, whole.
static void test_again(void)
{
    handle(REASON_WBINVD);
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_NMI);
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID | 1u << 12 | EVENT_ERROR_CODE |
                                       EVENT_HARDWARE_EXCEPTION << 8 | EXCEPTION_PF);
    vmcs_write(IDT_VECTORING_ERROR, 7);
    inject_again();
    ok(injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_PF) &&
           vmcs_read(ENTRY_EXCEPTION_ERROR_CODE) == 7,
       "an exception, with its error code");
    is_int(vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_RESERVED, 0, "without the undefined bit");
    is_int(vmcs_read(GUEST_INTERRUPTIBILITY), BLOCKING_NMI, "NMIs stay blocked");

    handle(REASON_WBINVD);
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID | EVENT_SOFTWARE_EXCEPTION << 8 | EXCEPTION_BP);
    vmcs_write(EXIT_INSTRUCTION_LENGTH, 1);
    inject_again();
    ok(injected(EVENT_SOFTWARE_EXCEPTION, EXCEPTION_BP) && vmcs_read(ENTRY_INSTRUCTION_LENGTH) == 1,
       "INT3, with its length");

    handle(REASON_WBINVD);
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_NMI);
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID | EVENT_NMI << 8 | EXCEPTION_NMI);
    inject_again();
    ok(injected(EVENT_NMI, EXCEPTION_NMI) && vmcs_read(GUEST_INTERRUPTIBILITY) == 0,
       "an NMI, which doesn't block itself");

    handle(REASON_RDPMC);
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID | EVENT_NMI << 8 | EXCEPTION_NMI);
    inject_again();
    ok(injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_GP), "nothing, where a handler injects");
}

// An NMI goes in unless something holds it back; then the CPU tells when it can.
static void test_nmi(void)
{
    static const uint32_t blocking[] = {BLOCKING_SS, BLOCKING_NMI, BLOCKING_NMI | BLOCKING_STI};

    handle(REASON_WBINVD);
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    vmcs_write(CPU_CONTROLS, 0);
    interrupt_prepare(&vcpu);
    ok(!injected(EVENT_NMI, EXCEPTION_NMI), "no NMI: nothing happens");
    nmi_raise(&vcpu);
    interrupt_prepare(&vcpu);
    ok(injected(EVENT_NMI, EXCEPTION_NMI) && !vcpu.nmi_pending, "one is injected, once");
    nmi_raise(&vcpu);
    interrupt_prepare(&vcpu);
    ok(vcpu.nmi_pending && (vmcs_read(CPU_CONTROLS) & CPU_NMI_WINDOW),
       "the next waits behind an event of this entry");
    for (unsigned i = 0; i < sizeof(blocking) / sizeof(blocking[0]); i++) {
        vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
        vmcs_write(GUEST_INTERRUPTIBILITY, blocking[i]);
        vmcs_write(CPU_CONTROLS, 0);
        interrupt_prepare(&vcpu);
        ok(vcpu.nmi_pending && vmcs_read(CPU_CONTROLS) == CPU_NMI_WINDOW,
           "and while blocking is %x", blocking[i]);
    }
    is_int(exit_row(REASON_NMI_WINDOW)->handle(&vcpu), RESUME_RETRY, "the window opens");
    is_int(vmcs_read(CPU_CONTROLS), 0, "and is no longer asked for");
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_STI);
    interrupt_prepare(&vcpu);
    ok(injected(EVENT_NMI, EXCEPTION_NMI) && vmcs_read(GUEST_INTERRUPTIBILITY) == 0,
       "STI holds no NMI back");
    handle(REASON_WBINVD);
    nmi_raise(&vcpu);
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    is_int(exit_row(REASON_HLT)->handle(&vcpu), RESUME_NEXT,
           "HLT is over at once, with one to come");
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_NMI);
    is_int(exit_row(REASON_HLT)->handle(&vcpu), RESUME_STOP, "but for good in an NMI's handler");
    handle(REASON_EXCEPTION_NMI);
    ok(vcpu.status == VM_PANIC && reports == 1, "an NMI of the machine is the end");
}

// The guest turns paging along with a bit of CR0 that is ours: what goes with PG is ours as well.
static void test_paging_switch(void)
{
    static const struct vmx_capability cap = {.cr0_fixed0 = CR0_NE | CR0_PE | CR0_PG};

    handle(REASON_WBINVD);
    vcpu.cap = &cap;
    vmcs_write(GUEST_CR0, CR0_PE | CR0_NE);
    vmcs_write(GUEST_CR4, 0);
    vmcs_write(GUEST_EFER, 0);
    vmcs_write(GUEST_CS_ACCESS, 0);
    vmcs_write(EXIT_QUALIFICATION, 0);  // MOV CR0, RAX
    vcpu.gpr[RAX] = CR0_PE | CR0_PG | CR0_CD;
    translations_dropped = 0;
    is_int(exit_row(REASON_CR_ACCESS)->handle(&vcpu), RESUME_NEXT,
           "paging on, with the caches off");
    is_int(translations_dropped, 1, "drops what the CPU remembers of the guest's translations");
    vcpu.gpr[RAX] = CR0_PE | CR0_PG;
    exit_row(REASON_CR_ACCESS)->handle(&vcpu);
    is_int(translations_dropped, 1, "CD alone doesn't");
}

// With CR0.NE = 0, the coprocessor's error is a line of the 8259, and the guest has to take it.
static void test_x87(void)
{
    static struct pic pic;
    static struct coprocessor x87 = {.pic = &pic};
    const uint32_t error = EVENT_VALID | EVENT_HARDWARE_EXCEPTION << 8 | EXCEPTION_MF;

    pic_reset(&pic);
    handle(REASON_WBINVD);
    vmcs_write(EXIT_INTERRUPTION_INFO, error);
    handle_again(REASON_EXCEPTION_NMI, RFLAGS_ONE | RFLAGS_IF);
    ok(vcpu.status == VM_CRASHED, "an x87 error without a line to report it");

    guest.x87 = &x87;
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    vmcs_write(CR0_MASK, CR0_NE);
    is_int(handle_again(REASON_EXCEPTION_NMI, RFLAGS_ONE), RESUME_STOP,
           "with interrupts off it waits for good");
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_STI);
    is_int(handle_again(REASON_EXCEPTION_NMI, RFLAGS_ONE | RFLAGS_IF), RESUME_RETRY,
           "else until the interrupt");
    is_int(pic.second.lines, 1 << (COPROCESSOR_IRQ - 8), "which is IRQ 13");
    is_int(vmcs_read(GUEST_INTERRUPTIBILITY), 0, "and not held back by STI");
    vmcs_write(GUEST_CR0, CR0_PE | CR0_NE);
    vmcs_write(EXCEPTION_BITMAP, BIT(EXCEPTION_MC));
    coprocessor_out(&x87, 0, 1, 0);
    is_int(pic.second.lines, 0, "a write to port F0h ends it");
    coprocessor_mode(CR0_NE);
    is_int(vmcs_read(EXCEPTION_BITMAP), BIT(EXCEPTION_MC), "CR0.NE = 1: #MF is the guest's");
    coprocessor_mode(0);
    is_int(vmcs_read(EXCEPTION_BITMAP), BIT(EXCEPTION_MC) | BIT(EXCEPTION_MF), "CR0.NE = 0: ours");

    coprocessor_watch(true);
    ok((vmcs_read(GUEST_CR0) & CR0_TS) && !(vmcs_read(CR0_SHADOW) & CR0_TS), "watched, by CR0.TS");
    vmcs_write(CR0_SHADOW, vmcs_read(CR0_SHADOW) | CR0_TS);
    coprocessor_watch(false);
    ok((vmcs_read(GUEST_CR0) & CR0_TS) && !coprocessor_is_watched(),
       "then TS is as the guest wants");
    guest.x87 = NULL;
}

static struct apic apic;

static enum resume write_msr(uint32_t msr, uint64_t value)
{
    vcpu.gpr[RCX] = msr;
    vcpu.gpr[RAX] = (uint32_t)value;
    vcpu.gpr[RDX] = value >> 32;
    return exit_row(REASON_WRMSR)->handle(&vcpu);
}

static enum resume put(unsigned reg, uint64_t value)
{
    return write_msr(MSR_X2APIC_FIRST + reg, value);
}

// The next entry, with nothing in its way but `blocking`.
static void prepare(uint64_t rflags, uint32_t blocking)
{
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    vmcs_write(GUEST_INTERRUPTIBILITY, blocking);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | rflags);
    interrupt_prepare(&vcpu);
}

// A guest with a local APIC, in x2APIC mode.
static void apic_guest(void)
{
    handle(REASON_WBINVD);
    vcpu.cap = &haswell;
    vmcs_write(CPU_CONTROLS, 0);
    vmcs_write(TSC_OFFSET, 0);
    apic_reset(&apic);
    guest.apic = &apic;
    write_msr(MSR_APIC_BASE, apic.base | APIC_BASE_X2);
    put(APIC_SPURIOUS, 0x1FF);
}

// The interrupts of the local APIC, those of the 8259s, which go through it, and NMIs.
static void test_apic(void)
{
    static struct pic pic;

    apic_guest();
    is_int(put(APIC_SELF_IPI, 0x41), RESUME_NEXT, "an interrupt to oneself");
    prepare(0, 0);
    ok(vmcs_read(CPU_CONTROLS) == CPU_INTERRUPT_WINDOW &&
           !(vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_VALID),
       "waits for a window while IF is 0");
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_EXTERNAL_INTERRUPT, 0x41) && vmcs_read(CPU_CONTROLS) == 0, "and comes then");
    is_int(apic.isr[2], 2, "acknowledged");

    pic_reset(&pic);
    guest.pic = &pic;
    pic_out(&pic.first, 1, 1, 0xFE);
    pic_set_line(&pic, 0, true);
    put(APIC_SELF_IPI, 0x82);
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_EXTERNAL_INTERRUPT, 0x82), "LINT0 is masked: the 8259s are not heard");
    put(APIC_LVT_LINT0, 0x700);
    put(APIC_SELF_IPI, 0x91);
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_EXTERNAL_INTERRUPT, 0) && vmcs_read(CPU_CONTROLS) == CPU_INTERRUPT_WINDOW,
       "as ExtINT they come first, and the other waits");
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_EXTERNAL_INTERRUPT, 0x91), "not for long");
    put(APIC_LVT_LINT0, 0x400);
    put(APIC_EOI, 0);
    pic_out(&pic.first, 0, 1, 0x20);
    pic_set_line(&pic, 0, false);
    prepare(RFLAGS_IF, 0);
    pic_set_line(&pic, 0, true);
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_NMI, EXCEPTION_NMI), "LINT0 as NMI, which some systems do");
    guest.pic = NULL;

    put(APIC_ICR_LOW, 0x400);
    prepare(0, BLOCKING_NMI);
    ok(vcpu.nmi_pending && vmcs_read(CPU_CONTROLS) == CPU_NMI_WINDOW, "an NMI to oneself waits");
    prepare(0, 0);
    ok(injected(EVENT_NMI, EXCEPTION_NMI), "and comes");

    is_int(put(APIC_EOI, 1), RESUME_RETRY, "a value that a register doesn't take");
    ok(injected(EVENT_HARDWARE_EXCEPTION, EXCEPTION_GP), "is #GP");
    is_int(put(APIC_ICR_LOW, 0x4500), RESUME_STOP, "INIT");
    is_int(vcpu.status, VM_RESET, "is a reset");
    guest.apic = NULL;
}

// Its timer, by the VMX-preemption timer.
static void test_apic_timer(void)
{
    apic_guest();
    vmcs_write(PREEMPTION_TIMER, 12345);
    prepare(0, 0);
    is_int(vmcs_read(PREEMPTION_TIMER), 12345, "nobody waits: it isn't touched");
    put(APIC_TIMER_DIVIDE, 0xB);
    put(APIC_LVT_TIMER, 0x50);
    put(APIC_TIMER_INITIAL, 0xFFFFFFFF);
    prepare(0, 0);
    ok(vmcs_read(PREEMPTION_TIMER) > 0xF0000000u, "a count: the CPU comes back in time");
    put(APIC_TIMER_INITIAL, 0);
    prepare(0, 0);
    is_int(vmcs_read(PREEMPTION_TIMER), PREEMPTION_TIMER_MAX, "stopped: it needn't");
    put(APIC_LVT_TIMER, 0x40051);
    write_msr(MSR_TSC_DEADLINE, 1ull << 63);
    prepare(0, 0);
    is_int(vmcs_read(PREEMPTION_TIMER), PREEMPTION_TIMER_MAX, "a deadline far ahead: in steps");
    write_msr(MSR_TSC_DEADLINE, 1);
    prepare(RFLAGS_IF, 0);
    ok(injected(EVENT_EXTERNAL_INTERRUPT, 0x51), "one that is over: at once");
    is_int(exit_row(REASON_PREEMPTION_TIMER)->handle(&vcpu), RESUME_RETRY, "its exit asks again");
    vmcs_write(EXIT_QUALIFICATION, 8 | RBX << 8);
    vmcs_write(GUEST_EFER, EFER_LMA);
    vmcs_write(GUEST_CS_ACCESS, ACCESS_L);
    vcpu.gpr[RBX] = 5;
    exit_row(REASON_CR_ACCESS)->handle(&vcpu);
    is_int(apic.tpr, 0x50, "MOV to CR8 is the task priority");
    guest.apic = NULL;
}

int main(void)
{
    test_rows();
    test_ends();
    test_exceptions();
    test_again();
    test_nmi();
    test_paging_switch();
    test_x87();
    test_apic();
    test_apic_timer();
    return done_testing();
}

// A processor made of C, on which vmx_on() runs: it raises what the SDM says, for each step that
// comes too early, and it is another processor each time.
//
// Sources: SDM Vol. 3, "Enabling and Entering VMX Operation", "Restrictions on VMX Operation";
// "VMXON-Enter VMX Operation".

#include <setjmp.h>

#include "vmx_unit.h"

#include "kernel/cpu.h"
#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"
#include "test/unit/fake/haswell.h"
#include "vmm/vmx/instructions.h"
#include "vmm/vmx/vmx.h"

#define PROCESSORS 200

enum consent { LOCKED_ON, LOCKED_OFF, NEVER_ASKED };

static struct processor {
    bool has_vmx;
    uint64_t feature_control, cr0, cr4;
    struct vmx_capability cap;
    bool in_vmx, flushed;
} cpu;

static jmp_buf end;          // of vmx_on(), in whatever way
static const char *raised;   // the exception that ended it
static const char *because;  // and why
static bool refused;         // it ended with VM_REFUSED

__attribute__((noreturn)) static void raise_exception(const char *exception, const char *why)
{
    raised = exception;
    because = why;
    longjmp(end, 1);
}

static struct cpuid model_cpuid(uint32_t leaf, uint32_t subleaf)
{
    (void)subleaf;
    return leaf == 1 ? (struct cpuid){.ecx = cpu.has_vmx ? 1u << 5 : 0}
                     : (struct cpuid){.eax = cpu.cap.physical_bits};
}

static uint64_t model_rdmsr(uint32_t msr)
{
    const struct vmx_capability *cap = &cpu.cap;

    if (!cpu.has_vmx)
        raise_exception("#GP", "RDMSR of an MSR that only a CPU with VT-x has");
    if (msr >= MSR_VMX_TRUE_PINBASED_CTLS && !(cap->basic & VMX_BASIC_TRUE_CONTROLS))
        raise_exception("#GP", "RDMSR of an MSR that this CPU hasn't");
    switch (msr) {
    case MSR_FEATURE_CONTROL: return cpu.feature_control;
    case MSR_VMX_BASIC: return cap->basic;
    case MSR_VMX_MISC: return cap->misc;
    case MSR_VMX_CR0_FIXED0: return cap->cr0_fixed0;
    case MSR_VMX_CR0_FIXED1: return cap->cr0_fixed1;
    case MSR_VMX_CR4_FIXED0: return cap->cr4_fixed0;
    case MSR_VMX_CR4_FIXED1: return cap->cr4_fixed1;
    case MSR_VMX_PROCBASED_CTLS2: return cap->cpu2;
    case MSR_VMX_EPT_VPID_CAP: return cap->ept_vpid;
    case MSR_VMX_TRUE_PINBASED_CTLS: return cap->pin;
    case MSR_VMX_TRUE_PROCBASED: return cap->cpu;
    case MSR_VMX_TRUE_EXIT_CTLS: return cap->exit;
    case MSR_VMX_TRUE_ENTRY_CTLS: return cap->entry;
    default: raise_exception("#GP", "RDMSR of an unknown MSR");
    }
}

static void model_wrmsr(uint32_t msr, uint64_t value)
{
    if (!cpu.has_vmx || msr != MSR_FEATURE_CONTROL || (cpu.feature_control & FEATURE_CONTROL_LOCK))
        raise_exception("#GP", "WRMSR to an MSR that is locked, or not there");
    cpu.feature_control = value;
}

static void model_write_cr0(uint64_t value)
{
    if (!(value & CR0_PG) || !(value & CR0_PE))
        raise_exception("#GP", "CR0 without paging, in 64-bit mode");
    cpu.cr0 = value;
}

static void model_write_cr4(uint64_t value)
{
    if (!(value & CR4_PAE))
        raise_exception("#GP", "CR4 without PAE, in 64-bit mode");
    if ((value & 1 << 13) && !cpu.has_vmx)
        raise_exception("#GP", "CR4.VMXE, on a CPU that has no VT-x");
    cpu.cr4 = value;
}

static enum vmx_status model_vmxon(uint64_t region)
{
    if (!cpu.has_vmx || !(cpu.cr4 & 1 << 13))
        raise_exception("#UD", "VMXON with CR4.VMXE clear");
    if (capability_cr0(&cpu.cap, cpu.cr0) != cpu.cr0)
        raise_exception("#GP", "VMXON with a value of CR0 that VMX operation doesn't allow");
    if (capability_cr4(&cpu.cap, cpu.cr4) != cpu.cr4)
        raise_exception("#GP", "VMXON with a value of CR4 that VMX operation doesn't allow");
    if (feature_control(cpu.feature_control) != FEATURE_CONTROL_READY)
        raise_exception("#GP", "VMXON without the consent of IA32_FEATURE_CONTROL");
    if (*(uint32_t *)region != VMX_BASIC_REVISION(cpu.cap.basic))
        return VMX_FAIL_INVALID;
    cpu.in_vmx = true;
    return VMX_SUCCEED;
}

static enum vmx_status model_invept(void)
{
    if (!cpu.in_vmx)
        raise_exception("#UD", "INVEPT outside of VMX operation");
    if (!(cpu.cap.ept_vpid & EPT_CAP_INVEPT))
        raise_exception("#UD", "INVEPT, on a CPU that hasn't got it");
    cpu.flushed = true;
    return VMX_SUCCEED;
}

// What vmxon.c says and does goes to the model from here on.
#define cpuid(leaf, subleaf)      model_cpuid(leaf, subleaf)
#define rdmsr(msr)                model_rdmsr(msr)
#define wrmsr(msr, value)         model_wrmsr(msr, value)
#define read_cr0()                cpu.cr0
#define read_cr4()                cpu.cr4
#define write_cr0(value)          model_write_cr0(value)
#define write_cr4(value)          model_write_cr4(value)
#define vmx_vmxon(region)         model_vmxon(region)
#define vmx_invept(type, pointer) model_invept()
#define vmx_vmxoff()              VMX_SUCCEED
#include "vmm/vmx/vmxon.c"

int kprintf(const char *format, ...)
{
    (void)format;
    return 0;
}

void host_end(enum vm_status status)
{
    refused = status == VM_REFUSED;
    longjmp(end, 1);
}

void vmcs_demand(enum vmx_status status, const char *instruction)
{
    (void)instruction;
    if (status != VMX_SUCCEED)
        raise_exception("VMfailInvalid", "VMXON of a region that has another revision");
}

void *page_alloc(void)
{
    static uint32_t page[1024];

    return memset(page, 0, sizeof(page));
}

void page_free(void *page)
{
    (void)page;
}

// One in eight lacks something that the hypervisor needs, which can be INVEPT.
static bool random_processor(enum consent consent)
{
    static const uint64_t firmware_values[] = {5, 1, 0};
    bool weak = random_from(0, 7) == 0;

    cpu = (struct processor){.has_vmx = random_from(0, 7) != 0, .cap = haswell};
    cpu.feature_control = firmware_values[consent];
    cpu.cr0 = CR0_PG | CR0_PE | (random_bool() ? CR0_WP : 0);
    cpu.cr4 = CR4_PAE;
    cpu.cap.basic = (cpu.cap.basic & ~0x7FFFFFFFull) | random_from(1, 0x7FFFFFFF);
    if (weak && random_bool())
        cpu.cap.ept_vpid &= ~(uint64_t)EPT_CAP_INVEPT;
    else if (weak)
        cpu.cap.basic &= ~VMX_BASIC_TRUE_CONTROLS;
    return cpu.has_vmx && !weak && consent != LOCKED_OFF;
}

static const char *what_happened(void)
{
    if (raised)
        return because;
    if (refused)
        return cpu.in_vmx ? "the refusal came when VMX was already on" : "it refused this CPU";
    if (!cpu.in_vmx)
        return "VMX is off, and nobody said why";
    return cpu.flushed ? "VMX is on" : "VMX is on, and nothing was dropped from the caches";
}

static void run_on(enum consent consent)
{
    static const char *const names[] = {"switched VMX on", "locked VMX off", "left VMX alone"};
    bool able = random_processor(consent);
    struct vmx_capability cap = {0};

    raised = NULL;
    refused = false;
    if (setjmp(end) == 0)
        vmx_on(&cap);
    if (!raised && (able ? cpu.in_vmx && cpu.flushed : refused && !cpu.in_vmx))
        return;
    unit_say("expected", "CPU %s VT-x, firmware that %s: %s", cpu.has_vmx ? "with" : "without",
             names[consent], able ? "VMX is on" : "a refusal, in words");
    unit_say("got", "%s%s%s", raised ? raised : "", raised ? ": " : "", what_happened());
    unit_say("hint", "which line of vmx_on() has to come before this one?");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < PROCESSORS; i++)
        run_on((enum consent)random_from(LOCKED_ON, NEVER_ASKED));
    return 0;
}

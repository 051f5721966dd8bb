// GDT, TSS and IDT (SDM Vol. 3, "Protected-Mode Memory Management" and "Interrupt and Exception
// Handling").

#include "kernel/trap/descriptor.h"

#include "common/pc/x86.h"
#include "kernel/cpu.h"
#include "kernel/stack.h"
#include "kernel/trap/descriptor_encode.h"
#include "kernel/trap/trap.h"

static uint64_t gdt[5];
static struct tss tss;
static struct gate idt[VECTOR_COUNT];

// In reload.asm: CS = SELECTOR_CODE, all data segments = SELECTOR_DATA, FS and GS with base 0.
void descriptor_reload(void);

static uint64_t stack_top(enum stack_name name)
{
    return (uint64_t)(&stacks[name] + 1);
}

// Which entry of the interrupt stack table a vector uses; 0 stays on the current stack.
static unsigned ist(unsigned vector)
{
    switch (vector) {
    case EXCEPTION_DF: return STACK_DOUBLE_FAULT;
    case EXCEPTION_NMI: return STACK_NMI;
    case EXCEPTION_MC: return STACK_MACHINE_CHECK;
    default: return 0;
    }
}

void descriptor_init(void)
{
    struct table_register gdtr = {sizeof(gdt) - 1, (uint64_t)gdt};
    struct table_register idtr = {sizeof(idt) - 1, (uint64_t)idt};

    gdt[SELECTOR_CODE / 8] = DESCRIPTOR_CODE64;
    gdt[SELECTOR_DATA / 8] = DESCRIPTOR_DATA;
    descriptor_tss(&gdt[SELECTOR_TSS / 8], (uint64_t)&tss, sizeof(tss) - 1);

    for (enum stack_name name = STACK_DOUBLE_FAULT; name < STACK_COUNT; name++)
        tss.ist[name - 1] = stack_top(name);
    tss.io_map_base = sizeof(tss);  // no I/O permission map; there is no ring 3 to need one

    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++)
        idt[vector] = gate_interrupt(SELECTOR_CODE, (uint64_t)trap_stubs + vector * TRAP_STUB_SIZE,
                                     ist(vector));

    lgdt(&gdtr);
    descriptor_reload();
    ltr(SELECTOR_TSS);
    lidt(&idtr);
    write_cr4(read_cr4() | CR4_MCE);  // #MC reaches its gate
}

uint64_t descriptor_gdt_base(void)
{
    return (uint64_t)gdt;
}

uint64_t descriptor_idt_base(void)
{
    return (uint64_t)idt;
}

uint64_t descriptor_tss_base(void)
{
    return (uint64_t)&tss;
}

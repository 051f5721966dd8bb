// One way to crash a line, and each ends in a report: from trap.c, or from panic.

#include "kernel/trap/crash.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel/cpu.h"
#include "kernel/image_layout.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/panic/panic.h"

static void crash_divide(void)
{
    volatile int one = 1, zero = 0;

    one = one / zero;
}

static void crash_opcode(void)
{
    __asm__ volatile("ud2");
}

static void crash_gp(void)
{
    write_cr0(read_cr0() & ~CR0_PE);  // paging without protection is refused
}

static void crash_null(void)
{
    *(volatile int *)NULL = 1;
}

static void crash_write_code(void)
{
    *(volatile char *)text_start = 0;
}

static void crash_write_rodata(void)
{
    *(volatile char *)rodata_start = 0;
}

static void crash_execute_data(void)
{
    static uint8_t code[] = {0xC3};  // RET

    ((void (*)(void))(uintptr_t)code)();
}

static int crash_stack(int depth)
{
    volatile char room[256];

    room[0] = (char)depth;
    return depth ? crash_stack(depth + 1) + room[0] : 0;
}

static void crash_overflow(void)
{
    crash_stack(1);
}

static void crash_nmi(void)
{
    __asm__ volatile("int $2");
}

static void crash_machine_check(void)
{
    __asm__ volatile("int $18");
}

static void crash_write_payload(void)
{
    *(volatile uint8_t *)(uintptr_t)payload_get("options").data = 0;
}

static void crash_interrupt(void)
{
    __asm__ volatile("int $32");
}

static void crash_double_free(void)
{
    void *page = page_alloc();

    page_free(page);
    page_free(page);
}

static const struct {
    const char *name;
    void (*crash)(void);
} crashes[] = {
    {"divide", crash_divide},
    {"opcode", crash_opcode},
    {"gp", crash_gp},
    {"null", crash_null},
    {"write-code", crash_write_code},
    {"write-rodata", crash_write_rodata},
    {"write-payload", crash_write_payload},
    {"execute-data", crash_execute_data},
    {"stack", crash_overflow},
    {"nmi", crash_nmi},
    {"machine-check", crash_machine_check},
    {"interrupt", crash_interrupt},
    {"double-free", crash_double_free},
};

void crash_if_asked(void)
{
    const char *name = option("crash", "");

    if (!*name)
        return;
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
        if (strcmp(crashes[i].name, name) == 0)
            crashes[i].crash();
    panic("option crash=%s: no such crash", name);
}

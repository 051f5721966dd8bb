// The backtrace of backtrace.h, with names from the payload "symbols".

#include "kernel/backtrace.h"

#include "kernel/console.h"
#include "kernel/payload.h"
#include "kernel/stack.h"
#include "kernel/symbol.h"

#define MAX_FRAMES 32

static void line_print(uint64_t address)
{
    struct payload table;
    struct symbol symbol;

    if (payload_find("symbols", &table) &&
        symbol_find((const char *)table.data, table.size, address, &symbol))
        kprintf("    0x%016lx %.*s+0x%lx\n", address, symbol.length, symbol.name,
                address - symbol.address);
    else
        kprintf("    0x%016lx\n", address);
}

void backtrace_print(uint64_t address, uint64_t frame)
{
    line_print(address);
    for (int i = 0; i < MAX_FRAMES && frame % 8 == 0 && stack_holds(frame, 16); i++) {
        const uint64_t *words = (const uint64_t *)frame;

        line_print(words[1] - 1);  // where the call ends; behind it may be another function
        if (words[0] <= frame)     // callers are further up; 0 is the end
            break;
        frame = words[0];
    }
}

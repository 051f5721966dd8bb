// The backtrace of backtrace.h.

#include "kernel/panic/backtrace.h"

#include "kernel/console/console.h"
#include "kernel/panic/symbol.h"
#include "kernel/stack.h"

#define MAX_FRAMES 32

static const char *symbols;
static size_t symbols_size;

void backtrace_names(const char *text, size_t size)
{
    symbols = text;
    symbols_size = size;
}

static void line_print(uint64_t address)
{
    struct symbol symbol;

    if (symbol_find(symbols, symbols_size, address, &symbol))
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

// Which function is it? The table is text, as `nm -n` prints it.

#include "common/test/tap.h"
#include "kernel/panic/symbol.h"

static const char table[] = "0000000000100000 start\n"
                            "0000000000100030 main\n"
                            "0000000000100030 alias\n"
                            "ffffffff00000000 high\n";

static void finds(const char *text, size_t size, uint64_t address, const char *expected)
{
    struct symbol symbol;
    char found[64] = "(none)";

    if (symbol_find(text, size, address, &symbol))
        snprintf(found, sizeof(found), "%.*s+%lx", symbol.length, symbol.name,
                 address - symbol.address);
    is_str(found, expected, expected);
}

int main(void)
{
    size_t size = strlen(table);

    finds(table, size, 0xFFFFF, "(none)");
    finds(table, size, 0x100000, "start+0");
    finds(table, size, 0x10002F, "start+2f");
    finds(table, size, 0x100030, "alias+0");
    finds(table, size, 0x7FFFFFFFFFFFFFFF, "alias+7fffffffffefffcf");
    finds(table, size, UINT64_MAX, "high+ffffffff");
    finds(table, 0, 0x100000, "(none)");
    finds(table, size - 1, UINT64_MAX, "high+ffffffff");  // no line feed at the end
    finds(table, 10, UINT64_MAX, "(none)");               // cut short
    finds("\n\n12 x\n\n", 8, 0x13, "x+1");
    return done_testing();
}

// Reads the table of symbol.h anew for each question: it is asked when the hypervisor crashes, and
// then the less there is to have gone wrong before, the better.

#include "kernel/panic/symbol.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One line from `text` to `end`.
static struct symbol parse(const char *text, const char *end)
{
    struct symbol symbol = {0};

    for (; text < end && hex_digit(*text) >= 0; text++)
        symbol.address = symbol.address << 4 | (uint64_t)hex_digit(*text);
    if (text < end)
        text++;  // the space
    symbol.name = text;
    symbol.length = (int)(end - text);
    return symbol;
}

bool symbol_find(const char *text, size_t size, uint64_t address, struct symbol *symbol)
{
    const char *end = text + size;
    bool found = false;

    while (text < end) {
        const char *line_end = text;
        struct symbol candidate;

        while (line_end < end && *line_end != '\n')
            line_end++;
        candidate = parse(text, line_end);
        if (candidate.address > address)
            break;
        if (candidate.length) {
            *symbol = candidate;
            found = true;
        }
        text = line_end + 1;
    }
    return found;
}

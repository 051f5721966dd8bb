// The small printf: every conversion, compared with the C library's where both know it.

#include <stdarg.h>
#include <stdint.h>

#include "common/test/tap.h"
#include "kernel/console/format.h"

static char output[256];
static size_t length;

static void put(char c)
{
    output[length++] = c;
    output[length] = 0;
}

__attribute__((format(printf, 1, 2))) static int format(const char *text, ...)
{
    va_list args;
    int count;

    length = 0;
    output[0] = 0;
    va_start(args, text);
    count = format_text(put, text, args);
    va_end(args);
    return count;
}

// The same arguments to both.
#define SAME(...)                                                                                  \
    do {                                                                                           \
        char expected[256];                                                                        \
        int wanted = snprintf(expected, sizeof(expected), __VA_ARGS__);                            \
        int got = format(__VA_ARGS__);                                                             \
        is_str(output, expected, #__VA_ARGS__);                                                    \
        if (got != wanted)                                                                         \
            is_int(got, wanted, "count of %s", #__VA_ARGS__);                                      \
    } while (0)

static void test_numbers(void)
{
    SAME("%d %d %d", 0, 42, -42);
    SAME("%d %d", INT32_MAX, INT32_MIN);
    SAME("%ld %ld", INT64_MAX, INT64_MIN);
    SAME("%i", -7);
    SAME("%u %u", 0u, UINT32_MAX);
    SAME("%lu %llu", UINT64_MAX, 1ull << 40);
    SAME("%x %X %lx", 0xABCDu, 0xABCDu, UINT64_C(0xFEDCBA9876543210));
    SAME("%zu", sizeof(output));
    SAME("%p", (void *)0x1234);
    is_int(format("%u%%", 100u), 4, "the count is that of the characters");
}

static void test_widths(void)
{
    SAME("[%5d] [%-5d] [%05d]", 42, 42, 42);
    SAME("[%5d] [%-5d] [%05d]", -42, -42, -42);
    SAME("[%016lx] [%4x] [%-4x] [%2x]", UINT64_C(0xABC), 1u, 1u, 0x12345u);
    SAME("[%*d] [%-*d] [%*d]", 6, 1, 6, 1, -6, 1);
    SAME("[%8s] [%-8s] [%2s]", "text", "text", "text");
    SAME("[%3c] [%-3c] [%c]", 'a', 'b', 'c');
}

static void test_strings(void)
{
    const char open[] = {'o', 'p', 'e', 'n'};  // no zero at the end
    const char *volatile none = NULL;

    SAME("%s%s", "", "x");
    SAME("[%.2s] [%.*s] [%.9s] [%5.2s]", "text", 3, "text", "text", "text");
    format("%.*s", 4, open);
    is_str(output, "open", "a precision keeps %s inside its text");
    format("%s", none);
    is_str(output, "(null)", "NULL");
}

static void test_unknown(void)
{
    const char *volatile unknown = "a %q b", *volatile cut = "a %", *volatile half = "a %-5l";
    int (*format_anything)(const char *, ...) = format;

    format_anything(unknown);
    is_str(output, "a %q b", "an unknown conversion is seen");
    format_anything(cut);
    is_str(output, "a %", "a % at the end");
    format_anything(half);
    is_str(output, "a %-5l", "a conversion cut short");
}

int main(void)
{
    test_numbers();
    test_widths();
    test_strings();
    test_unknown();
    return done_testing();
}

// A unit test is a small program that prints TAP, the Test Anything Protocol: `ok N - what`,
// or `not ok N - what` with the reason below it. `prove` runs it and counts.
//
//     int main(void)
//     {
//         ok(2 + 2 == 4, "addition works");
//         is_int(uart_read(&u, 5), 0x60, "LSR after reset: transmitter empty");
//         return done_testing();
//     }

#ifndef COMMON_TEST_TAP_H
#define COMMON_TEST_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

#define TAP_UNUSED          __attribute__((unused))
#define TAP_PRINTF(n, args) __attribute__((unused, format(printf, n, args)))

// One result: `pass`, and a printf-style description. Returns `pass`.
TAP_PRINTF(2, 3) static bool ok(bool pass, const char *what, ...)
{
    va_list args;

    printf("%sok %d - ", pass ? "" : "not ", ++tap_run);
    va_start(args, what);
    vprintf(what, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
    tap_failed += !pass;
    return pass;
}

// Two integers are the same; both are printed in decimal and hexadecimal when they are not.
#define is_int(got, want, ...) is_int_((uint64_t)(got), (uint64_t)(want), __LINE__, __VA_ARGS__)

TAP_PRINTF(4, 5)
static bool is_int_(uint64_t got, uint64_t want, int line, const char *what, ...)
{
    char name[256];
    va_list args;

    va_start(args, what);
    vsnprintf(name, sizeof(name), what, args);
    va_end(args);
    if (ok(got == want, "%s", name))
        return true;
    printf("# line %d: got %lld (0x%llx), expected %lld (0x%llx)\n", line, (long long)got,
           (unsigned long long)got, (long long)want, (unsigned long long)want);
    return false;
}

// Two strings are the same.
TAP_UNUSED static bool is_str(const char *got, const char *want, const char *what)
{
    if (ok(got && want && strcmp(got, want) == 0, "%s", what))
        return true;
    printf("# got      \"%s\"\n# expected \"%s\"\n", got ? got : "(null)", want ? want : "(null)");
    return false;
}

// The plan line, and the exit status that `prove` wants. Ends main().
TAP_UNUSED static int done_testing(void)
{
    printf("1..%d\n", tap_run);
    return tap_failed != 0;
}

#endif

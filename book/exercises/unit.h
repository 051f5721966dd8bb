// For checks that call the reader's functions directly: random numbers, and the one way to fail.
// The shell side is unit.sh.

#ifndef UNIT_H
#define UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_UNUSED __attribute__((unused))

static uint64_t unit_state;

// Call it first, with the program's arguments: all random numbers follow from the seed.
UNIT_UNUSED static void unit_seed(int argc, char **argv)
{
    unit_state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
}

// A number from 0 to n - 1.
UNIT_UNUSED static uint32_t unit_random(uint32_t n)
{
    unit_state = unit_state * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)((unit_state >> 33) % n);
}

UNIT_UNUSED static void unit_random_bytes(void *to, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)to)[i] = (uint8_t)unit_random(256);
}

// One line of the verdict; the last of them, the hint, ends the program.
UNIT_UNUSED __attribute__((format(printf, 2, 3))) static void unit_say(const char *what,
                                                                       const char *format, ...)
{
    va_list args;

    printf("%s: ", what);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    if (strcmp(what, "hint") == 0)
        exit(1);
}

// `what` must be `want`: two numbers, both shown in decimal and in hexadecimal.
UNIT_UNUSED static void unit_is(uint64_t got, uint64_t want, const char *what, const char *hint)
{
    if (got == want)
        return;
    unit_say("expected", "%s: %llu (0x%llx)", what, (unsigned long long)want,
             (unsigned long long)want);
    unit_say("got", "%llu (0x%llx)", (unsigned long long)got, (unsigned long long)got);
    unit_say("hint", "%s", hint);
}

// `true_` must be true.
UNIT_UNUSED static void unit_ok(bool true_, const char *expected, const char *got, const char *hint)
{
    if (true_)
        return;
    unit_say("expected", "%s", expected);
    unit_say("got", "%s", got);
    unit_say("hint", "%s", hint);
}

#endif

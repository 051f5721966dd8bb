// The options of options.h.

#include "common/host/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/host/file.h"
#include "common/pc/x86.h"

// How far to shift for a unit's letter, in bits; -1 for what is no unit. No letter: MiB.
static int unit_shift(const char *unit)
{
    static const char letters[] = "KMGT";
    const char *letter;

    if (unit[0] == '\0')
        return 20;
    letter = strchr(letters, toupper((unsigned char)unit[0]));
    return letter && unit[1] == '\0' ? 10 * (int)(letter - letters + 1) : -1;
}

uint64_t parse_size(const char *option, const char *text, uint64_t min, uint64_t max)
{
    char *end;
    unsigned long long number;
    int shift;

    errno = 0;
    number = strtoull(text, &end, 10);
    shift = unit_shift(end);
    if (text[0] < '0' || text[0] > '9' || shift < 0)
        bad_usage("%s %s: not a size, expected a number of MiB, or one with K, M, G or T", option,
                  text);
    if (errno == ERANGE || number > (UINT64_MAX >> shift) || number << shift < min ||
        number << shift > max)
        bad_usage("%s %s: out of range, expected %lluM to %lluM", option, text,
                  (unsigned long long)(min >> 20), (unsigned long long)(max >> 20));
    if ((number << shift) % PAGE_SIZE != 0)
        bad_usage("%s %s: not in whole pages, expected a multiple of 4K", option, text);
    return number << shift;
}

unsigned parse_number(const char *option, const char *text, const char *what, unsigned max)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end || number < 1 || number > max)
        bad_usage("%s %s: is no number of %s, expected 1 to %u", option, text, what, max);
    return (unsigned)number;
}

const char *parse_text(const char *option, const char *text)
{
    if (!*text)
        bad_usage("%s '': is empty, expected a text to wait for", option);
    return text;
}

void parse_end(int argc, char **argv)
{
    if (optind < argc)
        bad_usage("%s: not an option; `./vm --help` lists them", argv[optind]);
}

// What a terminal sends, and the keys of a PC that it stands for.

#include "../../disk/keys.h"

#include "common/test/tap.h"

static void is_key(const char *bytes, size_t count, bool last, uint16_t key, size_t used,
                   const char *what)
{
    size_t taken = 99;

    is_int(keys_translate((const uint8_t *)bytes, count, last, &taken), key, "%s: the key", what);
    is_int(taken, used, "%s: the bytes it takes", what);
}

static void test_characters(void)
{
    static const struct {
        const char *byte;
        uint16_t key;
    } keys[] = {
        {"a", 0x1E61},    {"A", 0x1E41},  {"1", 0x0231},    {"!", 0x0221},    {"=", 0x0D3D},
        {"[", 0x1A5B},    {"`", 0x2960},  {"~", 0x297E},    {"\\", 0x2B5C},   {"z", 0x2C7A},
        {"?", 0x353F},    {" ", 0x3920},  {"\r", 0x1C0D},   {"\n", 0x1C0D},   {"\b", 0x0E08},
        {"\177", 0x0E08}, {"\t", 0x0F09}, {"\003", 0x2E03}, {"\032", 0x2C1A}, {"\303", 0x00C3},
        {"\0", 0x0300},
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char what[16];

        snprintf(what, sizeof(what), "byte %02X", (uint8_t)keys[i].byte[0]);
        is_key(keys[i].byte, 1, false, keys[i].key, 1, what);
    }
}

static void test_sequences(void)
{
    is_key("\033[A", 3, false, 0x48E0, 3, "cursor up");
    is_key("\033OB", 3, false, 0x50E0, 3, "cursor down in application mode");
    is_key("\033OP", 3, false, 0x3B00, 3, "F1");
    is_key("\033[15~", 5, false, 0x3F00, 5, "F5");
    is_key("\033[24~", 5, false, 0x8600, 5, "F12");
    is_key("\033[3~x", 5, false, 0x53E0, 4, "Del, and a letter behind it");
    is_key("\033[1;5Z", 6, false, 0, 6, "a sequence that is no key of a PC");
    is_key("\033[999999", 8, false, 0, 8, "one that doesn't end");
    is_key("\033[1", 3, false, 0, 0, "one that isn't whole yet");
}

static void test_escape(void)
{
    is_key("\033", 1, false, 0, 0, "an escape: wait");
    is_key("\033", 1, true, 0x011B, 1, "and nothing more: Esc");
    is_key("\033\033[A", 4, false, 0x011B, 1, "Esc, and then a sequence");
    is_key("\033a", 2, false, 0x011B, 1, "Esc, and then a letter");
    is_key("\033[", 2, true, 0x011B, 1, "Esc, and then a bracket");
}

int main(void)
{
    test_characters();
    test_sequences();
    test_escape();
    return done_testing();
}

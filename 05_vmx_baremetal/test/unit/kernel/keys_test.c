// Keys: scan codes of set 1, as a terminal would send them.

#include "kernel/console/keys.h"

#include "common/test/tap.h"

static struct keys keys;

// What a row of codes sends. No code is a zero.
static const char *sent(const char *codes)
{
    static char text[64];
    size_t count = 0;
    int c;

    for (; *codes; codes++) {
        keys_code(&keys, (uint8_t)*codes);
        while ((c = keys_next(&keys)) >= 0 && count + 1 < sizeof(text))
            text[count++] = (char)c;
    }
    text[count] = 0;
    return text;
}

static void sends(const char *codes, const char *text, const char *what)
{
    keys = (struct keys){0};
    is_str(sent(codes), text, what);
}

// The codes from first to last, each pressed and let go.
static void row(unsigned first, unsigned last, const char *plain, const char *shifted)
{
    char codes[64];
    size_t count = 0;

    for (unsigned code = first; code <= last; code++) {
        codes[count++] = (char)code;
        codes[count++] = (char)(code | 0x80);
    }
    codes[count] = 0;
    sends(codes, plain, plain);
    sent("\x2A");
    is_str(sent(codes), shifted, shifted);
    sent("\xAA");
    is_str(sent(codes), plain, "and without shift again");
}

static void test_rows(void)
{
    row(0x02, 0x0D, "1234567890-=", "!@#$%^&*()_+");
    row(0x10, 0x1B, "qwertyuiop[]", "QWERTYUIOP{}");
    row(0x1E, 0x29, "asdfghjkl;'`", "ASDFGHJKL:\"~");
    row(0x2B, 0x35, "\\zxcvbnm,./", "|ZXCVBNM<>?");
    sends("\x01\x0E\x0F\x1C\x39", "\033\177\t\r ", "escape, backspace, tab, enter, space");
    sends("\x47\x48\x49\x4A\x4B\x4C\x4D\x4E\x4F\x50\x51\x52\x53\x37", "789-456+1230.*",
          "the keypad");
    sends("\xE0\x1C\xE0\x35", "\r/", "and its two on the right");
}

static void test_modifiers(void)
{
    sends("\x36\x1E\xB6\x1E", "Aa", "the right shift");
    sends("\x2A\x36\xAA\x1E\xB6\x1E", "Aa", "both, and one let go");
    sends("\x1D\x2E\x9D\x2E", "\003c", "control and c");
    sends("\xE0\x1D\x20\xE0\x9D\x20", "\004d", "the right control");
    sends("\x1D\x1A\x2B\x1B", "\033\034\035", "control and what isn't a letter");
    sends("\x1D\x2A\x2E", "\003", "control, shift and c");
    sends("\x1D\x02", "1", "a digit has none");
    sends("\x3A\xBA\x1E\x02\x2A\x1E\xAA\x3A\xBA\x1E", "A1aa",
          "the lock is for letters, and shift is against it");
}

static void test_moving(void)
{
    sends("\xE0\x48\xE0\xC8\xE0\x50\xE0\x4D\xE0\x4B", "\033[A\033[B\033[C\033[D", "arrows");
    sends("\xE0\x47\xE0\x4F\xE0\x49\xE0\x51\xE0\x52\xE0\x53",
          "\033[1~\033[4~\033[5~\033[6~\033[2~\033[3~", "home, end, pages, insert, delete");
    sends("\xE0\x2A\xE0\x48\xE0\xC8\xE0\xAA\x1E", "\033[Aa",
          "shifts that a keyboard sends around them");
}

static void test_nothing(void)
{
    sends("\xE1\x1D\x45\xE1\x9D\xC5\x1E", "a", "pause is no control");
    sends("\x3B\x44\x57\x58\x38\xB8\x45\x46\x7F", "", "keys without a character");
    sends("\xE0\x5B\xE0\xDB\xE0\x4C\xE0\x01\x1E", "a", "nor have these, behind E0h");
    sends("\x80\xFA\xFE\xFF\xAA", "", "what a keyboard answers");
}

int main(void)
{
    test_rows();
    test_modifiers();
    test_moving();
    test_nothing();
    return done_testing();
}

// The keys of keys.h.

#include "keys.h"

#include <string.h>

#define ESCAPE 0x1B
#define DELETE 0x7F

#define KEY_ESCAPE    0x011B
#define KEY_BACKSPACE 0x0E08
#define KEY_TAB       0x0F09
#define KEY_ENTER     0x1C0D
#define KEY_CTRL_AT   0x0300
#define SCAN_SPACE    0x39

// A US keyboard's rows, without and with Shift, and the scan code of each row's first key.
static const struct {
    uint8_t first;
    const char *plain, *shifted;
} rows[] = {
    {0x02, "1234567890-=", "!@#$%^&*()_+"},
    {0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
    {0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
    {0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
};

// What follows ESC [ or ESC O. Keys beside the digits have E0h for a character, as the PC's
// enhanced keyboard gives it to INT 16h, AH = 10h; for AH = 00h the BIOS makes a 0 of it.
static const struct {
    const char *sequence;
    uint16_t key;
} sequences[] = {
    {"A", 0x48E0},   {"B", 0x50E0},   {"C", 0x4DE0},   {"D", 0x4BE0},    // up, down, right, left
    {"H", 0x47E0},   {"F", 0x4FE0},   {"1~", 0x47E0},  {"4~", 0x4FE0},   // Home, End
    {"7~", 0x47E0},  {"8~", 0x4FE0},  {"2~", 0x52E0},  {"3~", 0x53E0},   // ..., Ins, Del
    {"5~", 0x49E0},  {"6~", 0x51E0},  {"P", 0x3B00},   {"Q", 0x3C00},    // PgUp, PgDn, F1, F2
    {"R", 0x3D00},   {"S", 0x3E00},   {"11~", 0x3B00}, {"12~", 0x3C00},  // F3, F4; F1 to F12
    {"13~", 0x3D00}, {"14~", 0x3E00}, {"15~", 0x3F00}, {"17~", 0x4000}, {"18~", 0x4100},
    {"19~", 0x4200}, {"20~", 0x4300}, {"21~", 0x4400}, {"23~", 0x8500}, {"24~", 0x8600},
};

static uint8_t scan_code(char c)
{
    for (size_t i = 0; c && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *plain = strchr(rows[i].plain, c), *shifted = strchr(rows[i].shifted, c);

        if (plain)
            return (uint8_t)(rows[i].first + (plain - rows[i].plain));
        if (shifted)
            return (uint8_t)(rows[i].first + (shifted - rows[i].shifted));
    }
    return 0;
}

// Ctrl-A to Ctrl-Z have the scan codes of the letters; some of them are keys of their own.
static uint16_t key_of(uint8_t byte)
{
    switch (byte) {
    case 0: return KEY_CTRL_AT;
    case '\b':
    case DELETE: return KEY_BACKSPACE;
    case '\t': return KEY_TAB;
    case '\n':
    case '\r': return KEY_ENTER;
    case ESCAPE: return KEY_ESCAPE;
    case ' ': return SCAN_SPACE << 8 | ' ';
    default: return (uint16_t)(scan_code((char)(byte < ' ' ? byte + '@' : byte)) << 8 | byte);
    }
}

// Parameters of a control sequence and what stands between them and its last byte.
static bool is_inner(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x40;
}

uint16_t keys_translate(const uint8_t *bytes, size_t count, bool last, size_t *used)
{
    size_t end = 2, size;

    *used = 1;
    if (bytes[0] != ESCAPE)
        return key_of(bytes[0]);
    if (count > 1 && bytes[1] != '[' && bytes[1] != 'O')
        return KEY_ESCAPE;
    while (end < count && end < KEYS_SEQUENCE - 1 && is_inner(bytes[end]))
        end++;
    if (end >= count) {  // the sequence isn't whole
        *used = last ? 1 : 0;
        return last ? KEY_ESCAPE : 0;
    }
    *used = end + 1;
    size = *used - 2;
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
        if (strlen(sequences[i].sequence) == size &&
            memcmp(sequences[i].sequence, bytes + 2, size) == 0)
            return sequences[i].key;
    return 0;
}

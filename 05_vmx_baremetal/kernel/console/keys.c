// The keyboard of keys.h (IBM Personal Computer AT Technical Reference, "Keyboard").

#include "kernel/console/keys.h"

#include <stddef.h>

#define RELEASED      0x80  // bit 7: let go
#define EXTENDED      0xE0
#define PAUSE         0xE1  // begins six codes of one key: E1 1D 45, and the same let go
#define PAUSE_REST    2
#define CONTROL       0x1D
#define LEFT_SHIFT    0x2A
#define RIGHT_SHIFT   0x36
#define CAPITALS      0x3A
#define ENTER         0x1C
#define SLASH         0x35
#define KEYPAD        0x47  // 7, and on
#define KEYPAD_LAST   0x53
#define CONTROL_BITS  0x1F  // what the control key leaves of a letter
#define FIRST_CONTROL '@'
#define LAST_CONTROL  '_'
#define CASE          0x20

// By scan code. Where nothing is, the key sends nothing.
static const char plain[] =
    "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
    "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
static const char keypad[] = "789-456+1230.";

_Static_assert(sizeof(plain) == sizeof(shifted), "the same keys");

// From KEYPAD on, behind E0h: the keys that have an arrow or a word on them, as Linux' own console
// sends them.
static const char *const moving[] = {
    "\033[1~", "\033[A",  "\033[5~", NULL,      "\033[D",  NULL,      "\033[C",
    NULL,      "\033[4~", "\033[B",  "\033[6~", "\033[2~", "\033[3~",
};

static bool either(const bool held[2])
{
    return held[0] || held[1];
}

// A key that changes what others mean. Behind E0h the shifts are no keys: the keyboard sends them
// around others.
static bool modifier(struct keys *keys, uint8_t key, bool pressed, bool extended)
{
    if (key == CONTROL)
        keys->controls[extended] = pressed;
    else if (!extended && (key == LEFT_SHIFT || key == RIGHT_SHIFT))
        keys->shifts[key == RIGHT_SHIFT] = pressed;
    else if (!extended && key == CAPITALS)
        keys->capitals ^= pressed;
    else
        return false;
    return true;
}

static bool is_letter(char c)
{
    return (c | CASE) >= 'a' && (c | CASE) <= 'z';
}

// The character of a key, or 0.
static char character(const struct keys *keys, uint8_t key)
{
    char c = 0;

    if (key >= KEYPAD && key <= KEYPAD_LAST)
        return keypad[key - KEYPAD];
    if (key < sizeof(plain) - 1)
        c = either(keys->shifts) ? shifted[key] : plain[key];
    if (keys->capitals && is_letter(c))
        c ^= CASE;
    if (either(keys->controls)) {
        if (is_letter(c))
            c &= ~CASE;
        if (c >= FIRST_CONTROL && c <= LAST_CONTROL)
            c &= CONTROL_BITS;
    }
    return c;
}

void keys_code(struct keys *keys, uint8_t code)
{
    uint8_t key = code & ~RELEASED;
    bool extended = keys->extended, pressed = !(code & RELEASED);

    keys->text = NULL;
    if (keys->skip) {
        keys->skip--;
        return;
    }
    keys->extended = code == EXTENDED;
    keys->skip = code == PAUSE ? PAUSE_REST : 0;
    if (keys->extended || keys->skip || modifier(keys, key, pressed, extended) || !pressed)
        return;
    if (extended && key >= KEYPAD && key <= KEYPAD_LAST) {
        keys->text = moving[key - KEYPAD];
    } else if (!extended || key == ENTER || key == SLASH) {
        keys->letter[0] = character(keys, key);
        keys->text = keys->letter;
    }
}

// The printf of format.h.

#include "kernel/console/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One conversion: what stands between % and its letter, and where the result goes.
struct conversion {
    void (*put)(char c);
    int count;  // characters put so far, of the whole text
    bool left;  // flag -: padding goes behind
    bool zero;  // flag 0: padding is zeros, between sign and digits
    int width;
    int precision;  // of a string; -1 is all of it
    int longs;      // 0: int, 1 or 2: long, which is 64 bits either way
};

static void put_one(struct conversion *to, char c)
{
    to->put(c);
    to->count++;
}

static void pad(struct conversion *to, char c, int count)
{
    for (; count > 0; count--)
        put_one(to, c);
}

// `size` characters behind `prefix`, padded to the width.
static void put_padded(struct conversion *to, const char *prefix, const char *text, int size)
{
    int padding = to->width - size;

    for (const char *p = prefix; *p; p++)
        padding--;
    if (!to->left && !to->zero)
        pad(to, ' ', padding);
    for (; *prefix; prefix++)
        put_one(to, *prefix);
    if (!to->left && to->zero)
        pad(to, '0', padding);
    for (; size > 0; size--)
        put_one(to, *text++);
    if (to->left)
        pad(to, ' ', padding);
}

static void put_number(struct conversion *to, const char *prefix, uint64_t value, unsigned base,
                       const char *digits)
{
    char text[20];  // 2^64 has 20 decimal digits
    int start = sizeof(text);

    do {
        text[--start] = digits[value % base];
        value /= base;
    } while (value);
    put_padded(to, prefix, text + start, (int)sizeof(text) - start);
}

static void put_string(struct conversion *to, const char *text)
{
    int size = 0;

    if (!text)
        text = "(null)";
    while ((to->precision < 0 || size < to->precision) && text[size])
        size++;
    to->zero = false;
    put_padded(to, "", text, size);
}

static int parse_number(const char **format, va_list *args)
{
    int number = 0;

    if (**format == '*') {
        ++*format;
        return va_arg(*args, int);
    }
    for (; **format >= '0' && **format <= '9'; ++*format)
        number = number * 10 + (**format - '0');
    return number;
}

// Flags, width, precision and length; leaves *format at the letter.
static void parse(struct conversion *to, const char **format, va_list *args)
{
    to->left = to->zero = false;
    for (;; ++*format) {
        if (**format == '-')
            to->left = true;
        else if (**format == '0')
            to->zero = true;
        else
            break;
    }
    to->width = parse_number(format, args);
    if (to->width < 0) {
        to->left = true;
        to->width = -to->width;
    }
    to->precision = -1;
    if (**format == '.') {
        ++*format;
        to->precision = parse_number(format, args);
    }
    for (to->longs = 0; **format == 'l' || **format == 'z'; ++*format)
        to->longs++;
}

static void convert(struct conversion *to, char letter, const char *start, va_list *args)
{
    int64_t number;
    char c;

    switch (letter) {
    case 'd':
    case 'i':
        number = to->longs ? va_arg(*args, int64_t) : va_arg(*args, int);
        put_number(to, number < 0 ? "-" : "", number < 0 ? -(uint64_t)number : (uint64_t)number, 10,
                   "0123456789");
        break;
    case 'u':
    case 'x':
    case 'X':
        put_number(to, "", to->longs ? va_arg(*args, uint64_t) : va_arg(*args, unsigned),
                   letter == 'u' ? 10 : 16,
                   letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef");
        break;
    case 'p': put_number(to, "0x", va_arg(*args, uintptr_t), 16, "0123456789abcdef"); break;
    case 's': put_string(to, va_arg(*args, const char *)); break;
    case 'c':
        c = (char)va_arg(*args, int);
        to->zero = false;
        put_padded(to, "", &c, 1);
        break;
    case '%': put_one(to, '%'); break;
    default:
        for (put_one(to, '%'); *start && *start != letter; start++)
            put_one(to, *start);
        if (letter)
            put_one(to, letter);
    }
}

int format_text(void (*put)(char c), const char *format, va_list args)
{
    struct conversion to = {.put = put};
    va_list rest;  // a copy, because only one of our own can be passed on by address

    va_copy(rest, args);
    for (; *format; format++) {
        const char *start = format + 1;

        if (*format != '%') {
            put_one(&to, *format);
            continue;
        }
        format++;
        parse(&to, &format, &rest);
        convert(&to, *format, start, &rest);
        if (!*format)
            break;
    }
    va_end(rest);
    return to.count;
}

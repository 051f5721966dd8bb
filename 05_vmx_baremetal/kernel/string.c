// The four functions that a C compiler takes for granted even without a C library, and strlen and
// strcmp. The loops are single instructions of the processor, which also keeps the compiler from
// recognising a memset in memset and calling itself.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WORD 8  // bytes, which go as fast as one

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *next = to;
    size_t words = size / WORD, rest = size % WORD;

    __asm__ volatile("rep movsq" : "+D"(next), "+S"(from), "+c"(words)::"memory");
    __asm__ volatile("rep movsb" : "+D"(next), "+S"(from), "+c"(rest)::"memory");
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    void *next = to;
    size_t words = size / WORD, rest = size % WORD;
    uint64_t bytes = (uint8_t)byte * 0x0101010101010101;

    __asm__ volatile("rep stosq" : "+D"(next), "+c"(words) : "a"(bytes) : "memory");
    __asm__ volatile("rep stosb" : "+D"(next), "+c"(rest) : "a"(bytes) : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    char *t = to;
    const char *f = from;

    if (t <= f || t >= f + size)
        return memcpy(to, from, size);
    while (size--)  // backwards, because the end of `from` is overwritten first
        ((volatile char *)t)[size] = f[size];
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *l = left, *r = right;

    for (; size; size--, l++, r++)
        if (*l != *r)
            return *l - *r;
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;

    while (*(const volatile char *)end)
        end++;
    return (size_t)(end - text);
}

int strcmp(const char *left, const char *right)
{
    for (; *left && *left == *right; left++, right++)
        ;
    return (unsigned char)*left - (unsigned char)*right;
}

// The port map: which row answers, what an empty bus reads, how wide an access is.

#include "common/pc/port.h"

#include "common/test/tap.h"

// A device that remembers its last access and what has been written to each of its ports. It
// answers with a number that tells bytes apart, plus the offset.
struct device {
    uint16_t offset;
    unsigned size;
    uint32_t value;
    int accesses;
    uint8_t written[16];
};

static uint32_t device_in(void *device, uint16_t offset, unsigned size)
{
    struct device *d = device;

    *d = (struct device){offset, size, 0, d->accesses + 1, {0}};
    return 0x87654320 + offset;
}

static void device_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct device *d = device;

    d->offset = offset;
    d->size = size;
    d->value = value;
    d->accesses++;
    d->written[offset] = (uint8_t)value;
}

static struct device first, second, third;

static const struct port_range map[] = {
    {0x60, 0x60, "one port", device_in, device_out, &first},
    {0x3F8, 0x3FF, "eight ports", device_in, device_out, &second},
    {0x3FF, 0x3FF, "shadowed", device_in, device_out, &first},
    {0x80, 0x80, "write only", NULL, device_out, &first},
    {0x81, 0x81, "read only", device_in, NULL, &first},
    {0xFFFF, 0xFFFF, "the last port", device_in, device_out, &second},
    {0x600, 0x605, "three words", device_in, device_out, &third, .width = 2},
    {0x700, 0x703, "a double word", device_in, device_out, &third, .width = 4},
};

#define ROWS (sizeof(map) / sizeof(map[0]))

static void test_find(void)
{
    ok(port_find(map, ROWS, 0x60) == &map[0], "a range of one port");
    ok(port_find(map, ROWS, 0x3F8) == &map[1], "the first port of a range");
    ok(port_find(map, ROWS, 0x3FF) == &map[1], "its last port, and the earlier row wins");
    ok(port_find(map, ROWS, 0x3F7) == NULL, "the port before a range is nobody's");
    ok(port_find(map, ROWS, 0x400) == NULL, "the port behind it too");
    ok(port_find(map, ROWS, 0xFFFF) == &map[5], "port 0xFFFF");
    ok(port_find(map, ROWS, 0) == NULL, "port 0");
    ok(port_find(map, 0, 0x60) == NULL, "an empty map");
}

static uint32_t in(uint16_t port, unsigned size)
{
    return port_in(map, ROWS, port, size);
}

static void out(uint16_t port, unsigned size, uint32_t value)
{
    first = second = third = (struct device){0};
    port_out(map, ROWS, port, size, value);
}

static void test_in(void)
{
    is_int(in(0x3FA, 1), 0x22, "a byte is cut from the device's answer");
    is_int(second.offset, 2, "the device learns which of its ports");
    is_int(second.size, 1, "and the size");
    is_int(in(0x3F8, 2), 0x2120, "a word of a device with byte registers: two of them");
    is_int(in(0x3F8, 4), 0x23222120, "a double word: four");
    is_int(second.size, 1, "each asked for by itself");
    is_int(in(0x600, 2), 0x4320, "a word of a device with words");
    is_int(in(0x602, 4), 0x43244322, "a double word: two words");
    is_int(in(0x601, 2), 0x4321, "an odd word is still a word");
    is_int(in(0x700, 4), 0x87654320, "a double word of a device with double words");
    is_int(in(0x500, 1), 0xFF, "nobody's byte");
    is_int(in(0x500, 2), 0xFFFF, "nobody's word");
    is_int(in(0x500, 4), 0xFFFFFFFF, "nobody's double word");
    is_int(in(0x80, 1), 0xFF, "a write-only port reads as nobody's");
}

static void test_in_over_the_end(void)
{
    is_int(in(0x3FE, 4), 0xFFFF2726, "behind the end of a device: nobody's bytes");
    is_int(in(0x3F6, 4), 0x2120FFFF, "and before its start");
    is_int(in(0x604, 4), 0xFFFF4324, "behind the end of a device with words");
    is_int(in(0x605, 2), 0xFF25, "half of its last register");
    is_int(in(0x701, 4), 0xFF234321, "a double word that doesn't fit: a word, a byte, nobody's");
    is_int(in(0x80, 2), 0x20FF, "two devices in one word");
    is_int(in(0xFFFF, 2), 0xFF20, "behind the last port there is none, and not port 0");
    is_int(in(0xFFFE, 4), 0xFFFF20FF, "nor two");
}

static void test_out(void)
{
    out(0x60, 1, 0x12345678);
    is_int(first.value, 0x78, "a byte is cut from the guest's value");
    out(0x3F8, 4, 0x12345678);
    ok(memcmp(second.written, "\x78\x56\x34\x12", 4) == 0 && second.accesses == 4,
       "a double word to a device with byte registers: four of them");
    is_int(second.offset, 3, "the last one last");
    out(0x3FE, 4, 0x12345678);
    ok(second.accesses == 2 && second.written[7] == 0x56, "over its end: two");
    out(0x602, 2, 0x12345678);
    ok(third.accesses == 1 && third.value == 0x5678 && third.size == 2, "a word");
    out(0x602, 4, 0x12345678);
    ok(third.accesses == 2 && third.value == 0x1234 && third.offset == 4, "two words");
    out(0x700, 4, 0x12345678);
    ok(third.accesses == 1 && third.value == 0x12345678 && third.size == 4, "a double word");
    out(0x80, 1, 0xAA);
    is_int(first.value, 0xAA, "a write-only port is written");
    out(0xFFFF, 4, 0x12345678);
    ok(second.accesses == 1 && second.value == 0x78, "behind the last port is none");
    out(0x500, 4, 0);
    out(0x81, 1, 0);
    is_int(first.accesses + second.accesses + third.accesses, 0,
           "nobody's and read-only ports ignore writes");
}

int main(void)
{
    test_find();
    test_in();
    test_in_over_the_end();
    test_out();
    return done_testing();
}

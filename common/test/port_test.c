// The port map: which row answers, what an empty bus reads, how wide an access is.

#include "common/machine/port.h"

#include "common/test/tap.h"

// A device that remembers its last access and answers with all its bits set.
struct device {
    uint16_t port;
    unsigned size;
    uint32_t value;
    int accesses;
};

static uint32_t device_in(void *device, uint16_t port, unsigned size)
{
    struct device *d = device;

    *d = (struct device){port, size, 0, d->accesses + 1};
    return 0x87654321;
}

static void device_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct device *d = device;

    *d = (struct device){port, size, value, d->accesses + 1};
}

static struct device first, second;

static const struct port_range map[] = {
    {0x60, 0x60, "one port", device_in, device_out, &first},
    {0x3F8, 0x3FF, "eight ports", device_in, device_out, &second},
    {0x3FF, 0x3FF, "shadowed", device_in, device_out, &first},
    {0x80, 0x80, "write only", NULL, device_out, &first},
    {0x81, 0x81, "read only", device_in, NULL, &first},
    {0xFFFF, 0xFFFF, "the last port", device_in, device_out, &second},
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

static void test_in(void)
{
    is_int(port_in(map, ROWS, 0x3FA, 1), 0x21, "a byte is cut from the device's answer");
    is_int(second.port, 0x3FA, "the device learns the port");
    is_int(second.size, 1, "and the size");
    is_int(port_in(map, ROWS, 0x3FA, 2), 0x4321, "a word");
    is_int(port_in(map, ROWS, 0x3FA, 4), 0x87654321, "a double word");
    is_int(port_in(map, ROWS, 0x500, 1), 0xFF, "nobody's byte");
    is_int(port_in(map, ROWS, 0x500, 2), 0xFFFF, "nobody's word");
    is_int(port_in(map, ROWS, 0x500, 4), 0xFFFFFFFF, "nobody's double word");
    is_int(port_in(map, ROWS, 0x80, 1), 0xFF, "a write-only port reads as nobody's");
}

static void test_out(void)
{
    int before;

    port_out(map, ROWS, 0x60, 1, 0x12345678);
    is_int(first.value, 0x78, "a byte is cut from the guest's value");
    port_out(map, ROWS, 0x60, 2, 0x12345678);
    is_int(first.value, 0x5678, "a word");
    port_out(map, ROWS, 0x60, 4, 0x12345678);
    is_int(first.value, 0x12345678, "a double word");
    port_out(map, ROWS, 0x80, 1, 0xAA);
    is_int(first.port, 0x80, "a write-only port is written");

    before = first.accesses + second.accesses;
    port_out(map, ROWS, 0x500, 1, 0);
    port_out(map, ROWS, 0x81, 1, 0);
    is_int(first.accesses + second.accesses, before, "nobody's and read-only ports ignore writes");
}

int main(void)
{
    test_find();
    test_in();
    test_out();
    return done_testing();
}

// Port and memory accesses, from a kvm_run made by hand to a port map.

#include "common/kvm/exits/io.h"

#include "common/test/tap.h"

#define DATA_OFFSET 4096

static union {
    struct kvm_run run;
    uint8_t bytes[DATA_OFFSET + 64];
} page;

static uint8_t *const data = page.bytes + DATA_OFFSET;

// A device that writes down what it gets, and counts up when it's asked.
static uint32_t written[8], next_answer;
static unsigned writes;

static uint32_t device_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)port, (void)size;
    return next_answer++;
}

static void device_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    written[writes++] = value;
}

static const struct port_range map[] = {
    {0x402, 0x405, "device", device_in, device_out, NULL, .width = 4},
};

static void access(uint8_t direction, uint16_t port, uint8_t size, uint32_t count)
{
    page.run.exit_reason = KVM_EXIT_IO;
    page.run.io.direction = direction;
    page.run.io.port = port;
    page.run.io.size = size;
    page.run.io.count = count;
    page.run.io.data_offset = DATA_OFFSET;
    writes = 0;
    exit_io(&page.run, map, 1);
}

static void test_out(void)
{
    memcpy(data, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    access(KVM_EXIT_IO_OUT, 0x402, 1, 1);
    ok(writes == 1 && written[0] == 0x11, "out: a byte");
    access(KVM_EXIT_IO_OUT, 0x402, 2, 1);
    ok(writes == 1 && written[0] == 0x2211, "out: a word");
    access(KVM_EXIT_IO_OUT, 0x402, 4, 1);
    ok(writes == 1 && written[0] == 0x44332211, "out: a double word");
    access(KVM_EXIT_IO_OUT, 0x402, 1, 3);
    ok(writes == 3 && written[0] == 0x11 && written[1] == 0x22 && written[2] == 0x33,
       "rep outsb: three bytes, in order");
    access(KVM_EXIT_IO_OUT, 0x402, 4, 2);
    ok(writes == 2 && written[0] == 0x44332211 && written[1] == 0x88776655,
       "rep outsd: two double words");
    access(KVM_EXIT_IO_OUT, 0x406, 1, 1);
    is_int(writes, 0, "out to a port that nobody claims: ignored");
    access(KVM_EXIT_IO_OUT, 0x402, 1, 0);
    is_int(writes, 0, "a count of 0: nothing");
}

static void test_in(void)
{
    memset(data, 0, 64);
    next_answer = 0x12345678;
    access(KVM_EXIT_IO_IN, 0x402, 4, 1);
    ok(memcmp(data, "\x78\x56\x34\x12\0", 5) == 0, "in: a double word, and no byte more");
    memset(data, 0, 64);
    next_answer = 0x41;
    access(KVM_EXIT_IO_IN, 0x402, 1, 3);
    ok(memcmp(data, "ABC\0", 4) == 0, "rep insb: three bytes, each asked for");
    memset(data, 0, 64);
    access(KVM_EXIT_IO_IN, 0x406, 2, 2);
    ok(memcmp(data, "\xFF\xFF\xFF\xFF\0", 5) == 0, "in from a port that nobody claims: all ones");
}

static void test_mmio(void)
{
    page.run.exit_reason = KVM_EXIT_MMIO;
    page.run.mmio.len = 8;
    page.run.mmio.is_write = 0;
    memset(page.run.mmio.data, 0, 8);
    is_int(exit_mmio_unclaimed(&page.run), RESUME_NEXT,
           "memory that isn't there: the guest goes on");
    ok(memcmp(page.run.mmio.data, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8) == 0,
       "a read of memory that isn't there: all ones");
    page.run.mmio.is_write = 1;
    memset(page.run.mmio.data, 0, 8);
    exit_mmio_unclaimed(&page.run);
    is_int(page.run.mmio.data[0], 0, "a write is ignored");
}

int main(void)
{
    test_out();
    test_in();
    test_mmio();
    return done_testing();
}

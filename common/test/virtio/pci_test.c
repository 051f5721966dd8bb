// A virtio device on a PCI bus, as a driver finds it: by asking the bus, by its capabilities, by
// messages. And drivers that ask for nonsense.

#include "common/pc/port.h"
#include "common/test/tap.h"
#include "common/test/virtio/bus.h"
#include "common/test/virtio/disk.h"

static void begin(void)
{
    power_on(false);
    power_on_bus();
}

// The driver is ready, and has one request.
static void connect(void)
{
    begin();
    set_master(true);
    start(0);
    connect_messages();
    put_header(VIRTIO_BLK_FLUSH, 0);
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
    describe(DESCRIPTORS, 1, STATUS, 1, D_WRITE, 0);
}

// Makes it number `n`, and rings the doorbell.
static void ring(uint16_t n)
{
    put16(AVAILABLE + 4 + n % QUEUE_SIZE * 2, 0);
    put16(AVAILABLE + 2, n + 1);
    virtio_pci_out(&pci, VIRTIO_PCI_NOTIFY, 2, 0);
}

static void test_bus(void)
{
    begin();
    is_int(config_get(0, 0x0A, 2), 0x0600, "slot 0 is a host bridge");
    is_int(config_get(1, 0, 4), 0x10421AF4, "slot 1: a virtio disk");
    is_int(config_get(2, 0, 4), 0xFFFFFFFF, "slot 2 is empty");
    config_set(2, 0, 4, 0);
    port_out(bus_map, 1, PCI_FIRST, 4, 0x80010800);
    is_int(port_in(bus_map, 1, 0xCFC, 4), 0xFFFFFFFF, "there is no bus 1");
    port_out(bus_map, 1, PCI_FIRST, 4, 0x80000900);
    is_int(port_in(bus_map, 1, 0xCFC, 4), 0xFFFFFFFF, "nor a function 1");
    port_out(bus_map, 1, PCI_FIRST, 4, 0x00000800);
    is_int(port_in(bus_map, 1, 0xCFC, 4), 0xFFFFFFFF, "without bit 31 nobody answers");
    port_out(bus_map, 1, PCI_FIRST, 4, 0xFFFFFFFF);
    is_int(port_in(bus_map, 1, PCI_FIRST, 4), 0x80FFFFFC, "an address has bits that stay 0");
    port_out(bus_map, 1, 0xCFB, 1, 1);
    port_out(bus_map, 1, PCI_FIRST, 2, 0);
    is_int(port_in(bus_map, 1, PCI_FIRST, 4), 0x80FFFFFC, "and is written whole");
    is_int(port_in(bus_map, 1, PCI_FIRST, 1), 0xFF, "and read whole");
    config_set(1, 0, 4, 0x12345678);
    config_set(1, 0x34, 4, 0x12345678);
    is_int(config_get(1, 0, 4), 0x10421AF4, "what a function is stays what it is");
    is_int(config_get(1, 0x3D, 1), 0, "it has no interrupt line");
    config_set(1, 0x3C, 4, 0xFFFFFFFF);
    is_int(config_get(1, 0x3C, 4), 0xFF, "but a byte to note one");
    is_int(config_get(1, 1, 1), 0x1A, "a byte of a register");
    is_int(config_get(1, 2, 2), 0x1042, "half a register");
    is_int(config_get(1, 0xFC, 4), 0, "the last one");
    for (unsigned at = 0; at < 256; at++)
        config_set(1, at, 1, 0xFF);
    is_int(config_get(1, 0, 4), 0x10421AF4, "ones everywhere change little");
}

static void test_bars(void)
{
    static const struct {
        unsigned at;
        uint32_t address, mask;
    } bars[] = {{0x10, 0xC001, 0xFFFFFF01}, {0x14, 0xD0000000, 0xFFFFF000}, {0x18, 0, 0}};

    begin();
    for (unsigned n = 0; n < 3; n++) {
        is_int(config_get(1, bars[n].at, 4), bars[n].address, "BAR %u: its address", n);
        config_set(1, bars[n].at, 4, 0xFFFFFFFF);
        is_int(config_get(1, bars[n].at, 4), bars[n].mask, "BAR %u: its size", n);
        ok(n == 2 || !pci_function_decodes(&pci.function, n), "and it doesn't answer there");
        config_set(1, bars[n].at, 4, 0);
        ok(n == 2 || !pci_function_decodes(&pci.function, n), "nor over the guest's RAM");
        config_set(1, bars[n].at, 4, bars[n].address);
        ok(n == 2 || pci_function_decodes(&pci.function, n), "but where it was");
    }
    config_set(1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    ok(!pci_function_decodes(&pci.function, 0) && pci_function_decodes(&pci.function, 1),
       "COMMAND can take the ports away");
    config_set(1, PCI_COMMAND, 2, 0xFFF8 | PCI_COMMAND_PORTS);
    ok(pci_function_decodes(&pci.function, 0) && !pci_function_decodes(&pci.function, 1),
       "and the memory");
    is_int(config_get(1, PCI_COMMAND, 2), 1, "its other bits stay 0");
}

static void test_capabilities(void)
{
    static const uint32_t places[][3] = {
        {1, VIRTIO_PCI_COMMON, 0x38}, {2, VIRTIO_PCI_NOTIFY, 2}, {3, VIRTIO_PCI_ISR, 1}};

    begin();
    ok(config_get(1, 0x06, 2) & 1u << 4, "there are capabilities");
    for (unsigned n = 0; n < 3; n++) {
        unsigned at = capability(PCI_CAPABILITY_VENDOR, places[n][0]);

        ok(at >= 0x40 && at % 4 == 0, "virtio's structure %u", places[n][0]);
        is_int(config_get(1, at + 4, 1), 0, "is behind BAR 0");
        is_int(config_get(1, at + 8, 4), places[n][1], "at its place");
        is_int(config_get(1, at + 12, 4), places[n][2], "in its size");
        ok(config_get(1, at + 2, 1) == (places[n][0] == 2 ? 20 : 16), "and has its length");
    }
    is_int(config_get(1, capability(PCI_CAPABILITY_VENDOR, 2) + 16, 4), 0,
           "all queues have one doorbell");
    is_int(config_get(1, capability(PCI_CAPABILITY_VENDOR, 4) + 8, 4), VIRTIO_PCI_CONFIG,
           "the kind's configuration");
    is_int(config_get(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2), MSIX_VECTORS - 1,
           "MSI-X, off, with three vectors");
    is_int(config_get(1, capability(PCI_CAPABILITY_MSIX, 0) + 4, 4), 1, "the table: BAR 1, from 0");
    is_int(config_get(1, capability(PCI_CAPABILITY_MSIX, 0) + 8, 4), MSIX_PENDING | 1,
           "its pending bits: behind it");
}

static void test_registers(void)
{
    begin();
    set_master(true);
    virtio_pci_out(&pci, 0x00, 4, 1);
    is_int(virtio_pci_in(&pci, 0x04, 4), 1, "features 63:32: version 1");
    is_int(virtio_pci_in(&pci, 0x12, 2), 1, "one queue");
    is_int(virtio_pci_in(&pci, 0x18, 2), VIRTQUEUE_SIZE_MAX, "of the largest size");
    virtio_pci_out(&pci, 0x18, 2, 8);
    is_int(virtio_pci_in(&pci, 0x18, 2), 8, "until the driver wants another one");
    virtio_pci_out(&pci, 0x16, 2, 7);
    is_int(virtio_pci_in(&pci, 0x18, 2), 0, "a queue that isn't there has none");
    virtio_pci_out(&pci, 0x1A, 2, 1);
    is_int(virtio_pci_in(&pci, 0x1A, 2), 0, "nor a vector");
    virtio_pci_out(&pci, 0x16, 2, 0);
    is_int(virtio_pci_in(&pci, 0x1A, 2), 0xFFFF, "no vector yet");
    virtio_pci_out(&pci, 0x1A, 2, MSIX_VECTORS);
    is_int(virtio_pci_in(&pci, 0x1A, 2), 0xFFFF, "none that isn't in the table");
    virtio_pci_out(&pci, 0x1A, 2, 2);
    is_int(virtio_pci_in(&pci, 0x1A, 2), 2, "one that is");
    virtio_pci_out(&pci, 0x14, 1, 1);
    is_int(virtio_pci_in(&pci, 0x14, 1), 1, "status");
    virtio_pci_out(&pci, 0x14, 4, 3);
    virtio_pci_out(&pci, 0x14, 2, 3);
    is_int(virtio_pci_in(&pci, 0x14, 1), 1, "is written in its own width");
    is_int(virtio_pci_in(&pci, 0x14, 2), 0, "and read so");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_CONFIG, 4), SECTORS, "the disk's configuration");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_CONFIG + 60, 4), 0, "behind it nothing");
    is_int(virtio_pci_in(&pci, 0xFF, 4), 0, "and nothing behind the ports");
    virtio_pci_out(&pci, 0x14, 1, 0);
    is_int(virtio_pci_in(&pci, 0x1A, 2), 0xFFFF, "a reset takes the vectors back");
}

static void test_messages(void)
{
    connect();
    is_int(messages(), 0, "nothing has happened, nothing is sent");
    ring(0);
    is_int(flushes, 1, "a ring, and the disk works");
    is_int(messages(), 1, "one message");
    is_int(last, 0x41, "that of the queue's vector");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_ISR, 1), 0, "which leaves nothing to ask for");
    virtio_config_changed(&disk.device);
    is_int(messages() * 256 + last, 256 + 0x40, "the configuration's has its own");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_ISR, 1), VIRTIO_INTERRUPT_CONFIG, "and stays in the ISR");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_ISR, 1), 0, "until it is read");
    msix_write(&pci.msix, 16 + 12, 4, 1);
    ring(1);
    is_int(messages(), 0, "a masked one isn't sent");
    is_int(msix_read(&pci.msix, MSIX_PENDING, 4), 2, "but pending");
    msix_write(&pci.msix, 16 + 8, 8, 0x77);
    is_int(messages() * 256 + last, 256 + 0x77, "and sent, as it is then, when the mask goes");
    is_int(msix_read(&pci.msix, MSIX_PENDING, 8), 0, "and no more pending");
    config_set(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2, 0xC000);
    ring(2);
    is_int(messages(), 0, "all masked");
    config_set(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2, 0x8000);
    is_int(messages(), 1, "and not");
    virtio_pci_out(&pci, 0x16, 2, 0);
    virtio_pci_out(&pci, 0x1A, 2, 0xFFFF);
    ring(3);
    is_int(messages(), 0, "no vector, no message");
    is_int(flushes, 4, "the disk worked all the time");
    connect();
    msix_write(&pci.msix, 16 + 12, 4, 1);
    ring(0);
    is_int(messages(), 0, "one that is held back");
    virtio_pci_out(&pci, 0x14, 1, 0);
    is_int(msix_read(&pci.msix, MSIX_PENDING, 4), 0, "goes with a reset");
    msix_write(&pci.msix, 16 + 12, 4, 0);
    is_int(messages(), 0, "and isn't sent when the mask goes");
}

static void test_without(void)
{
    connect();
    config_set(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2, 0);
    ring(0);
    is_int(messages(), 0, "MSI-X off: no message");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_ISR, 1), VIRTIO_INTERRUPT_USED, "who polls asks the ISR");
    is_int(virtio_pci_in(&pci, VIRTIO_PCI_ISR, 1), 0, "once");
    config_set(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2, 0x8000);
    set_master(false);
    ring(1);
    is_int(flushes, 1, "no bus master: it doesn't reach for RAM");
    set_master(true);
    ring(1);
    is_int(flushes, 2, "until it is one");
    virtio_config_changed(&disk.device);
    config_set(1, PCI_COMMAND, 2, 0);
    is_int(messages(), 0, "nor does it send messages");
    config_set(1, PCI_COMMAND, 2, 7);
    is_int(messages(), 2, "until then");
}

static void test_table(void)
{
    begin();
    is_int(msix_read(&pci.msix, 12, 4), 1, "at first all are masked");
    for (unsigned size = 1; size <= 2; size++) {
        msix_write(&pci.msix, 0, size, 0xFFFF);
        is_int(msix_read(&pci.msix, 0, size), 0, "no access of %u bytes", size);
    }
    msix_write(&pci.msix, 2, 4, 0xFFFFFFFF);
    msix_write(&pci.msix, 4, 8, UINT64_MAX);
    msix_write(&pci.msix, MSIX_PENDING, 4, 0xFFFFFFFF);
    msix_write(&pci.msix, sizeof(pci.msix.table), 4, 0xFFFFFFFF);
    msix_write(&pci.msix, MSIX_SIZE - 8, 8, UINT64_MAX);
    is_int(msix_read(&pci.msix, 0, 8) | msix_read(&pci.msix, 8, 4), 0, "nor one across registers");
    is_int(msix_read(&pci.msix, MSIX_PENDING, 4), 0, "pending bits can't be written");
    is_int(msix_read(&pci.msix, sizeof(pci.msix.table), 8), 0, "behind the table is nothing");
    msix_write(&pci.msix, 32, 8, 0x123456789ABCDEF0);
    is_int(msix_read(&pci.msix, 36, 4), 0x12345678, "8 bytes, or 4");
}

int main(void)
{
    test_bus();
    test_bars();
    test_capabilities();
    test_registers();
    test_messages();
    test_without();
    test_table();
    return done_testing();
}

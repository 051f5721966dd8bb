// The image table: where files go, and what is refused.

#include "boot/image_table.h"
#include "common/test/tap.h"

#define MIB 0x100000u

static uint8_t data[5000];

static void test_crc(void)
{
    uint32_t crc = crc32c(0, "1234", 4);

    is_int(crc32c(0, "123456789", 9), 0xE3069283, "CRC-32C of the digits, the value all agree on");
    is_int(crc32c(crc, "56789", 5), 0xE3069283, "the same in two pieces");
    is_int(crc32c(0, "", 0), 0, "of nothing");
}

static void test_places(void)
{
    struct image_table table = {0};

    ok(!image_add(&table, "hypervisor", data, 1), "one byte");
    ok(!image_add(&table, "empty", data, 0), "an empty file");
    ok(!image_add(&table, "two pages", data, 4097), "4097 bytes");
    ok(!image_add(&table, "last", data, 4096), "4096 bytes");
    is_int(table.files[0].address, HYPERVISOR_ADDRESS, "the hypervisor's address");
    is_int(table.files[1].address, PAYLOAD_ADDRESS, "the first payload's");
    is_int(table.files[2].address, PAYLOAD_ADDRESS, "an empty file takes no memory");
    is_int(table.files[3].address, PAYLOAD_ADDRESS + 0x2000, "a page begun is a page taken");
    is_int(table.files[0].sector, FILES_SECTOR, "the first sector");
    is_int(table.files[3].sector, FILES_SECTOR + 8 + 16, "8 sectors a page");
    is_int(image_sectors(&table), FILES_SECTOR + 8 + 16 + 8, "the sectors of all");
}

static void test_gap(void)
{
    static uint8_t near[GAP_ADDRESS - PAYLOAD_ADDRESS - IMAGE_PAGE];
    struct image_table table = {0};

    image_add(&table, "hypervisor", data, 1);
    image_add(&table, "options", data, 1);
    ok(!image_add(&table, "kernel", near, sizeof(near)), "a file that ends where the gap begins");
    is_int(table.files[2].address, PAYLOAD_ADDRESS + IMAGE_PAGE, "stays before it");
    image_add(&table, "empty", data, 0);
    image_add(&table, "initrd", data, 1);
    image_add(&table, "disk", data, 1);
    is_int(table.files[3].address, GAP_ADDRESS, "so does an empty file");
    is_int(table.files[4].address, GAP_END, "one byte goes behind it");
    is_int(table.files[5].address, GAP_END + IMAGE_PAGE, "and so does what follows");

    table.count = 1;
    image_add(&table, "kernel", near, sizeof(near));
    image_add(&table, "initrd", data, IMAGE_PAGE + 1);
    image_add(&table, "disk", data, 1);
    is_int(table.files[1].address, PAYLOAD_ADDRESS, "the first payload");
    is_int(table.files[2].address, GAP_END, "a file that would end in the gap goes behind it");
    is_int(table.files[3].address, GAP_END + 2 * IMAGE_PAGE, "and the next does not go back");
}

static void test_refused(void)
{
    struct image_table table = {0};

    is_str(image_add(&table, "hypervisor", data, 15 * MIB + 1),
           "the hypervisor is larger than its place in memory", "a large hypervisor");
    image_add(&table, "hypervisor", data, 1);
    is_str(image_add(&table, "hypervisor", data, 1), "the image already has a file of this name",
           "a name twice");
    is_str(image_add(&table, "large", data, (1u << 30) - 16 * MIB + 1),
           "the files of the image are more than its loader can put below 1 GiB", "too large");
    while (table.count < IMAGE_FILES) {
        char name[16];

        snprintf(name, sizeof(name), "%u", table.count);
        image_add(&table, name, data, 1);
    }
    is_str(image_add(&table, "z", data, 1), "the image has no room for another file in its table",
           "too many");
}

static void test_seal(void)
{
    struct image_table table = {0};
    uint32_t before;

    image_add(&table, "hypervisor", data, sizeof(data));
    image_seal(&table);
    ok(memcmp(table.magic, IMAGE_MAGIC, 8) == 0 && table.version == IMAGE_VERSION, "the head");
    before = table.checksum;
    image_seal(&table);
    is_int(table.checksum, before, "sealing twice is sealing once");
    table.files[0].size++;
    image_seal(&table);
    ok(table.checksum != before, "the checksum covers the files");
}

int main(void)
{
    test_crc();
    test_places();
    test_gap();
    test_refused();
    test_seal();
    return done_testing();
}

// The partition table for UEFI: both headers, and their checksums as a firmware looks at them.

#include "boot/uefi/gpt.h"

#include "boot/image_table.h"
#include "common/test/tap.h"

#define SECTORS 10080
#define SEED    0x12345678

static const struct uefi_guid type = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static struct gpt gpt;

static void is_sound(struct gpt_header header, const char *what)
{
    uint32_t checksum = header.checksum;

    ok(memcmp(header.signature, "EFI PART", 8) == 0, "%s: signature", what);
    is_int(header.size, 92, "%s: as long as revision 1.0 has it", what);
    header.checksum = 0;
    is_int(checksum, crc32_gpt(&header, 92), "%s: its checksum", what);
    is_int(header.entries_checksum, crc32_gpt(gpt.entries, 128 * 128), "%s: that of the entries",
           what);
    is_int(header.first, 34, "%s: partitions begin behind the table", what);
    is_int(header.last, SECTORS - 34, "%s: and end before the other one", what);
}

int main(void)
{
    struct gpt_entry entry =
        gpt_partition(&type, 40, 60, "a text of more than thirty-five letters", SEED);

    is_int(crc32_gpt("123456789", 9), 0xCBF43926, "CRC-32 of the digits, the value all agree on");

    ok(memcmp(&entry.type, &type, sizeof(type)) == 0, "a partition's type");
    is_int(entry.first, 40, "its first sector");
    is_int(entry.last, 99, "its last");
    is_int(entry.text[34], 't', "a text that is too long is cut");
    is_int(entry.text[35], 0, "and has an end");

    gpt.entries[0] = entry;
    gpt.entries[1] = gpt_partition(&type, 100, 1, "", SEED);
    ok(memcmp(&entry.name, &gpt.entries[1].name, sizeof(type)) != 0, "two partitions, two names");
    gpt_seal(&gpt, SECTORS, SEED);
    is_sound(gpt.header, "the header");
    is_sound(gpt.backup, "the other one");
    is_int(gpt.header.here, 1, "the header is behind the boot sector");
    is_int(gpt.header.other, SECTORS - 1, "the other one in the last sector");
    is_int(gpt.header.entries, 2, "the entries behind the header");
    is_int(gpt.backup.here, SECTORS - 1, "the other one knows its place");
    is_int(gpt.backup.other, 1, "and that of the header");
    is_int(gpt.backup.entries, SECTORS - 33, "its entries are before it");
    gpt_seal(&gpt, SECTORS, SEED);
    is_sound(gpt.header, "sealed twice");
    ok(memcmp(&gpt.header.disk, &entry.name, sizeof(type)) != 0, "the disk's name is another");
    return done_testing();
}

// The partition table of gpt.h.

#include "boot/uefi/gpt.h"

#include <stddef.h>
#include <string.h>

#include "boot/image_table.h"

#define GPT_REVISION 0x10000  // 1.0

// A name of version 8, which is whatever its maker likes (RFC 9562, "UUID Version 8").
static struct uefi_guid name_of(uint32_t seed, uint16_t number)
{
    return (struct uefi_guid){seed, number, 0x8000, {0x80, 0, 'H', 'V', '-', 'S', 'T', 'E'}};
}

struct gpt_entry gpt_partition(const struct uefi_guid *type, uint64_t first, uint64_t count,
                               const char *text, uint32_t seed)
{
    struct gpt_entry entry = {.type = *type,
                              .name = name_of(seed, (uint16_t)first),
                              .first = first,
                              .last = first + count - 1};

    for (size_t i = 0; text[i] && i + 1 < sizeof(entry.text) / 2; i++)
        entry.text[i] = (uint8_t)text[i];
    return entry;
}

void gpt_seal(struct gpt *gpt, uint64_t sectors, uint32_t seed)
{
    struct gpt_header *header = &gpt->header, *backup = &gpt->backup;

    *header = (struct gpt_header){
        .signature = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'},
        .revision = GPT_REVISION,
        .size = offsetof(struct gpt_header, zeros),
        .here = 1,
        .other = sectors - 1,
        .first = 1 + GPT_SECTORS,
        .last = sectors - GPT_SECTORS - 1,
        .disk = name_of(seed, 0),
        .entries = 2,
        .count = GPT_ENTRIES,
        .entry_size = sizeof(struct gpt_entry),
        .entries_checksum = crc32_gpt(gpt->entries, sizeof(gpt->entries)),
    };
    *backup = *header;
    backup->here = header->other;
    backup->other = header->here;
    backup->entries = sectors - GPT_SECTORS;
    header->checksum = crc32_gpt(header, header->size);
    backup->checksum = crc32_gpt(backup, backup->size);
}

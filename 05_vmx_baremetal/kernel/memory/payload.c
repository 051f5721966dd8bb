// The payloads and options of payload.h.

#include "kernel/memory/payload.h"

#include <string.h>

#include "boot/image.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload_init.h"
#include "kernel/panic/backtrace.h"
#include "kernel/panic/panic.h"

static struct image_table table;
static char options[512];  // with the line feeds replaced by zeros; the last byte stays zero

static void options_init(void)
{
    struct payload payload;

    if (!payload_find("options", &payload))
        return;
    if (payload.size >= sizeof(options))
        panic("payload \"options\": %zu bytes, expected less than %zu", payload.size,
              sizeof(options));
    for (size_t i = 0; i < payload.size; i++)
        options[i] = (char)(payload.data[i] == '\n' ? 0 : payload.data[i]);
}

void payload_init(const struct image_table *image)
{
    struct payload symbols;

    table = *image;
    if (payload_find("symbols", &symbols))
        backtrace_names((const char *)symbols.data, symbols.size);
    options_init();
}

bool payload_find(const char *name, struct payload *payload)
{
    for (uint32_t i = 0; i < table.count; i++) {
        const struct image_file *file = &table.files[i];

        if (strcmp(file->name, name) != 0)
            continue;
        *payload = (struct payload){.data = phys_to_virt(file->address), .size = file->size};
        return true;
    }
    return false;
}

struct payload payload_get(const char *name)
{
    struct payload payload;

    if (!payload_find(name, &payload))
        panic("the image has no payload \"%s\"", name);
    return payload;
}

const char *option(const char *name, const char *otherwise)
{
    size_t length = strlen(name);

    for (const char *line = options; line < options + sizeof(options) - 1; line += strlen(line) + 1)
        if (strlen(line) > length && memcmp(line, name, length) == 0 && line[length] == '=')
            return line + length + 1;
    return otherwise;
}

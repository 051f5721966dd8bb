// Random bytes to the terminal, on screens of random sizes, and random scan codes from a keyboard:
// nothing is written outside, the cursor stays on the screen, and what says that it hasn't changed
// hasn't.

#include <stdlib.h>
#include <string.h>

#include "kernel/console/keys.h"
#include "kernel/screen/terminal.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static struct terminal terminal;
static uint64_t shown[TEXT_CELLS_MAX / TEXT_QUAD];

// As a screen does it: looks at what may have changed, and takes the rest for what it was.
static void update(struct text *text)
{
    unsigned quads = text->columns / TEXT_QUAD;

    CHECK(text->to <= text->columns * text->rows);
    for (unsigned at = text->from; at < text->to; at++) {
        unsigned quad = at / TEXT_QUAD;

        shown[quad] = text_row(text, quad / quads)[quad % quads];
    }
    text->from = text->to = 0;
    for (unsigned row = 0; row < text->rows; row++)
        CHECK(memcmp(text_row(text, row), &shown[row * quads], quads * sizeof(shown[0])) == 0);
}

static void key(struct keys *keys, uint8_t code)
{
    int count = 0;

    keys_code(keys, code);
    while (keys_next(keys) >= 0)
        CHECK(++count <= 4);
    CHECK(!keys_wait(keys));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keys keys = {0};

    if (size < 2)
        return 0;
    terminal_reset(&terminal, 4 + data[0], 1 + data[1]);
    update(&terminal.text);
    for (size_t i = 2; i < size; i++) {
        terminal_put(&terminal, data[i]);
        CHECK(terminal.text.row < terminal.text.rows);
        CHECK(terminal.text.column <= terminal.text.columns);
        update(&terminal.text);
        key(&keys, data[i]);
    }
    return 0;
}

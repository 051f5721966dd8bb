// The screen of screen.h. Writing to a display is slow, and reading from one slower still: so it is
// never read, and only what has changed is written. What it shows is kept in memory.

#include "kernel/screen/screen.h"

#include "kernel/cpu.h"
#include "kernel/screen/frame.h"
#include "kernel/screen/terminal.h"

static struct terminal terminal;
static union text_cells shown;  // in the order of the display, row by row
static struct frame frame;

// Four cells, whose first is number `at`. A VGA takes them as they are.
static void draw(unsigned at, uint64_t quad)
{
    unsigned columns = terminal.text.columns;

    if (frame.screen.kind == SCREEN_TEXT) {
        ((volatile uint64_t *)frame.screen.base)[at / TEXT_QUAD] = quad;
        return;
    }
    for (unsigned i = at; i < at + TEXT_QUAD; i++, quad >>= 16)
        if (shown.cells[i] != (uint16_t)quad)
            frame_draw(&frame, i / columns, i % columns, (uint16_t)quad);
}

// Looks at the cells that may have changed. Both ends of the range are rounded away from it.
static void update(struct text *text)
{
    unsigned quads = text->columns / TEXT_QUAD;
    unsigned at = text->from / TEXT_QUAD, end = (text->to + TEXT_QUAD - 1) / TEXT_QUAD;

    while (at < end) {
        const uint64_t *row = text_row(text, at / quads);
        unsigned start = at - at % quads, stop = start + quads < end ? start + quads : end;

        for (; at < stop; at++)
            if (shown.quads[at] != row[at - start]) {
                draw(at * TEXT_QUAD, row[at - start]);
                shown.quads[at] = row[at - start];
            }
    }
    text->from = text->to = 0;
    store_fence();  // what the CPU has gathered for the display goes out now
}

bool screen_init(const struct boot_screen *screen)
{
    frame = (struct frame){.screen = *screen, .columns = screen->width, .rows = screen->height};
    if (screen->kind == SCREEN_NONE)
        return false;
    if (screen->kind != SCREEN_TEXT)
        frame_init(&frame, screen);
    if (frame.columns < TEXT_QUAD || !frame.rows) {  // nobody could read that
        frame.screen.kind = SCREEN_NONE;
        return false;
    }
    terminal_reset(&terminal, frame.columns, frame.rows);
    for (unsigned i = 0; i < TEXT_CELLS_MAX; i++)
        shown.cells[i] = 0;  // whatever it shows now, it isn't this
    update(&terminal.text);
    return true;
}

void screen_put(char c)
{
    if (frame.screen.kind == SCREEN_NONE)
        return;
    terminal_put(&terminal, (uint8_t)c);
    update(&terminal.text);
}

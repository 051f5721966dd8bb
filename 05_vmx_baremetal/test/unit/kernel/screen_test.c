// Frame buffers and the text memory of a VGA, in memory of this process: what is on them, and that
// what has not changed is not written again.

#include "kernel/screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "boot/uefi/screen.h"
#include "boot/uefi/tables.h"
#include "common/pc/x86.h"
#include "common/test/tap.h"
#include "kernel/screen/font.h"
#include "kernel/screen/frame.h"

#define WIDTH  1280
#define HEIGHT 800
#define PITCH  (WIDTH * 4 + 64)  // some pixels of a row are not seen
#define GREY   0xAAAAAA

static uint32_t pixels[PITCH / 4 * HEIGHT];

static void text(const char *bytes)
{
    for (; *bytes; bytes++)
        screen_put(*bytes);
}

// Does the cell show the letter, in this colour on black?
static bool is_drawn(const struct frame *frame, unsigned row, unsigned column, char c,
                     uint32_t colour)
{
    for (unsigned y = 0; y < FONT_HEIGHT * frame->scale; y++)
        for (unsigned x = 0; x < FONT_WIDTH * frame->scale; x++) {
            unsigned line = row * FONT_HEIGHT * frame->scale + y;
            unsigned at = column * FONT_WIDTH * frame->scale + x;
            bool dot = font_dot((uint8_t)c, y / frame->scale, x / frame->scale);

            if (pixels[line * (PITCH / 4) + at] != (dot ? colour : 0))
                return false;
        }
    return true;
}

static void test_frame(void)
{
    const struct boot_screen screen = {(uint64_t)pixels, SCREEN_BGR, WIDTH, HEIGHT, PITCH};
    struct frame frame;

    frame_init(&frame, &screen);
    is_int(frame.scale, 2, "1280 x 800: dots of 2 x 2 pixels ...");
    is_int(frame.columns, 80, "... make 80 columns ...");
    is_int(frame.rows, 25, "... and 25 rows");
    memset(pixels, 0x55, sizeof(pixels));
    ok(screen_init(&screen), "a frame buffer is a screen");
    text("Hi");
    ok(is_drawn(&frame, 0, 0, 'H', GREY), "H");
    ok(is_drawn(&frame, 0, 1, 'i', GREY), "i");
    ok(is_drawn(&frame, 24, 79, ' ', GREY), "the last corner is empty");
    is_int(pixels[WIDTH], 0x55555555, "what is not seen is not written");
    memset(pixels, 0x55, sizeof(pixels));
    text("\033[31m!");
    ok(is_drawn(&frame, 0, 2, '!', 0xAA0000), "red, which is above blue");
    is_int(pixels[0], 0x55555555, "letters that stay are not drawn again");
}

static void test_scales(void)
{
    static const struct {
        unsigned width, height, scale, columns, rows;
    } all[] = {{640, 480, 1, 80, 30},
               {1920, 1080, 2, 120, 33},
               {3840, 2160, 5, 96, 27},
               {320, 200, 1, 40, 12}};
    struct frame frame;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const struct boot_screen screen = {0, SCREEN_RGB, all[i].width, all[i].height, 0};

        frame_init(&frame, &screen);
        is_int(frame.scale, all[i].scale, "%u x %u: dots", all[i].width, all[i].height);
        is_int(frame.columns, all[i].columns, "columns");
        is_int(frame.rows, all[i].rows, "rows");
    }
}

static void test_rgb(void)
{
    const struct boot_screen screen = {(uint64_t)pixels, SCREEN_RGB, WIDTH, HEIGHT, PITCH};
    struct frame frame;

    frame_init(&frame, &screen);
    screen_init(&screen);
    text("\033[31m!");
    ok(is_drawn(&frame, 0, 0, '!', 0xAA), "red, where it is the lowest");
}

static void test_vga(void)
{
    static uint64_t cells[80 * 25 / 4];
    const struct boot_screen screen = {(uint64_t)cells, SCREEN_TEXT, 80, 25, 160};
    uint64_t blank = UINT64_C(0x0720072007200720);

    ok(screen_init(&screen), "a VGA is a screen");
    text("ab\n");
    is_int(cells[0], (blank & ~UINT64_C(0xFF00FF)) | 'a' | 'b' << 16, "cells as they are");
    is_int(cells[20], (blank & ~UINT64_C(0xFF00)) | 0x7000, "the cursor");
    is_int(cells[499], blank, "to the last");
    cells[0] = 0;
    for (int i = 0; i < 24; i++)
        text("x\n");
    is_int(cells[0], (blank & ~UINT64_C(0xFF)) | 'x', "all has moved up");
}

static void test_font(void)
{
    bool apart = true;

    for (int c = ' '; c < 0x7F; c++) {
        int others = 0;

        for (int other = ' '; other < 0x7F; other++) {
            bool same = true;

            for (unsigned i = 0; i < FONT_WIDTH * FONT_HEIGHT; i++)
                same = same &&
                       font_dot((uint8_t)c, i / 8, i % 8) == font_dot((uint8_t)other, i / 8, i % 8);
            others += same;
        }
        apart = apart && others == 1;
    }
    ok(apart, "no two letters look alike");
    ok(font_dot(0xE4, 2, 2) && font_dot('?', 2, 2), "none: a question mark");
}

static void test_none(void)
{
    static const struct boot_screen tiny[] = {{.kind = SCREEN_BGR},
                                              {.kind = SCREEN_BGR, .width = 31, .height = 600},
                                              {.kind = SCREEN_BGR, .width = 800, .height = 15}};
    const struct boot_screen none = {.kind = SCREEN_NONE};

    text("too early, and ");
    ok(!screen_init(&none), "no screen is none");
    text("goes nowhere\n");
    for (size_t i = 0; i < sizeof(tiny) / sizeof(tiny[0]); i++) {
        ok(!screen_init(&tiny[i]), "%u x %u is none", tiny[i].width, tiny[i].height);
        text("nor here\n");
    }
}

// What the tables map an address to, and 0 for nothing.
static uint64_t mapped(const struct tables *tables, uint64_t address)
{
    uint64_t entry = tables->pml4[address >> 39];

    for (int shift = 30; shift >= 21 && entry; shift -= 9)
        entry = ((const uint64_t *)(entry & ENTRY_ADDRESS))[address >> shift & 511];
    return entry & ENTRY_LARGE ? (entry & ENTRY_ADDRESS) | (address & (PAGE_SIZE_2M - 1)) : 0;
}

static void test_tables(void)
{
    static const uint64_t bases[] = {GIB(2),   GIB(4),   GIB(5) - MIB(2),
                                     GIB(256), GIB(512), 0x3FFF00000000};
    struct boot_screen screen = {.kind = SCREEN_BGR, .height = 800, .pitch = 5120};

    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        struct tables *tables =
            memset(aligned_alloc(PAGE_SIZE, sizeof(*tables)), 0, sizeof(*tables));
        uint64_t end = bases[i] + screen_size(&screen) - 1;

        screen.base = bases[i];
        ok(tables_fill(tables, &screen), "a frame buffer at 0x%lx", bases[i]);
        is_int(mapped(tables, 0x123456), 0x123456, "low memory is mapped");
        is_int(mapped(tables, GIB(4) - 1), GIB(4) - 1, "up to 4 GiB");
        is_int(mapped(tables, bases[i]), bases[i], "and its first byte");
        is_int(mapped(tables, end), end, "and its last");
        free(tables);
    }
}

static void test_convert(void)
{
    struct uefi_graphics_info info = {
        .width = 1024, .height = 768, .format = UEFI_PIXELS_BGR, .pixels_per_line = 1056};
    struct uefi_graphics_mode mode = {
        .info = &info, .frame_buffer = GIB(3), .frame_buffer_size = 1056 * 4 * 768};
    struct boot_screen screen = screen_convert(&mode);

    is_int(screen.kind, SCREEN_BGR, "graphics output: format 1");
    is_int(screen.pitch, 1056 * 4, "bytes of a row");
    info.format = 2;
    is_int(screen_convert(&mode).kind, SCREEN_NONE, "a format that is rare: no screen");
    info.format = UEFI_PIXELS_RGB;
    is_int(screen_convert(&mode).kind, SCREEN_RGB, "format 0");
    mode.frame_buffer_size--;
    is_int(screen_convert(&mode).kind, SCREEN_NONE, "larger than its memory: no screen");
}

// A firmware with as many devices as there are modes; the handle of a device is its mode, and one
// without has lost its protocol.
static struct uefi_graphics_mode *devices[3];
static size_t device_count;

static uefi_status UEFI locate(enum uefi_search how, const struct uefi_guid *name, void *key,
                               size_t *count, void ***handles)
{
    static void *all[3];

    is_int(how, UEFI_BY_PROTOCOL, "devices by their protocol");
    is_int(name->first, 0x9042A9DE, "graphics output");
    ok(!key, "no key");
    for (size_t i = 0; i < device_count; i++)
        all[i] = devices[i];
    *count = device_count;
    *handles = all;
    return device_count ? 0 : 14;
}

static uefi_status UEFI handle(void *device, const struct uefi_guid *name, void **found)
{
    static struct uefi_graphics graphics;

    (void)name;
    graphics.mode = device;
    *found = &graphics;
    return device ? 0 : 3;
}

static void test_find(void)
{
    static const struct uefi_boot_services boot = {.locate_handle_buffer = locate,
                                                   .handle_protocol = handle};
    struct uefi_graphics_info none = {.width = 640, .height = 400, .format = 3},
                              bgr = {.width = 640,
                                     .height = 400,
                                     .format = UEFI_PIXELS_BGR,
                                     .pixels_per_line = 640},
                              rgb = bgr;
    struct uefi_graphics_mode no_buffer = {.info = &none},
                              first = {.info = &bgr,
                                       .frame_buffer = GIB(2),
                                       .frame_buffer_size = GIB(1)},
                              second = {.info = &rgb,
                                        .frame_buffer = GIB(3),
                                        .frame_buffer_size = GIB(1)};

    rgb.format = UEFI_PIXELS_RGB;
    is_int(screen_find(&boot).kind, SCREEN_NONE, "no graphics card: no screen");
    devices[0] = &no_buffer;
    device_count = 1;
    is_int(screen_find(&boot).kind, SCREEN_NONE, "one without a frame buffer: no screen");
    device_count = 3;
    is_int(screen_find(&boot).kind, SCREEN_NONE, "two that have gone: no screen");
    devices[1] = &first;
    devices[2] = &second;
    is_int(screen_find(&boot).base, GIB(2), "the first that has one");
    devices[1] = NULL;
    is_int(screen_find(&boot).base, GIB(3), "or the second");
    is_int(screen_find(&boot).kind, SCREEN_RGB, "in its format");
}

int main(void)
{
    test_none();
    test_frame();
    test_scales();
    test_rgb();
    test_vga();
    test_font();
    test_tables();
    test_convert();
    test_find();
    return done_testing();
}

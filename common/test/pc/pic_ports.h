// The 8259As of common/pc/pic.h at the ports where a PC has them.

#ifndef COMMON_TEST_PIC_PORTS_H
#define COMMON_TEST_PIC_PORTS_H

#include "common/pc/pic.h"
#include "common/pc/port.h"

static void wide_out(struct pic *pic, uint16_t port, unsigned size, uint32_t value)
{
    const struct port_range map[] = {
        {0x20, 0x21, "first", NULL, pic_out, &pic->first},
        {0xA0, 0xA1, "second", NULL, pic_out, &pic->second},
        {0x4D0, 0x4D1, "edge or level", NULL, pic_elcr_out, pic},
    };

    port_out(map, sizeof(map) / sizeof(map[0]), port, size, value);
}

static uint32_t wide_in(struct pic *pic, uint16_t port, unsigned size)
{
    const struct port_range map[] = {
        {0x20, 0x21, "first", pic_in, NULL, &pic->first},
        {0xA0, 0xA1, "second", pic_in, NULL, &pic->second},
        {0x4D0, 0x4D1, "edge or level", pic_elcr_in, NULL, pic},
    };

    return port_in(map, sizeof(map) / sizeof(map[0]), port, size);
}

static void out(struct pic *pic, uint16_t port, uint8_t value)
{
    wide_out(pic, port, 1, value);
}

static uint8_t in(struct pic *pic, uint16_t port)
{
    return (uint8_t)wide_in(pic, port, 1);
}

#endif

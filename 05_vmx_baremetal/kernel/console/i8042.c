// The keyboard controller (IBM Personal Computer AT Technical Reference, "Keyboard Controller").
// Chapter 14 has it from the other side. It may not be there, so no wait is without end.

#include "kernel/console/i8042.h"

#include <stdint.h>

#include "kernel/cpu.h"

#define DATA               0x60
#define STATUS             0x64       // read
#define COMMAND            0x64       // write
#define STATUS_OUTPUT_FULL (1u << 0)  // a byte waits for us
#define STATUS_INPUT_FULL  (1u << 1)  // our last one hasn't been taken yet
#define STATUS_MOUSE       (1u << 5)  // what waits is not the keyboard's
#define NO_CONTROLLER      0xFF       // an empty bus

#define READ_COMMAND_BYTE  0x20
#define WRITE_COMMAND_BYTE 0x60
#define MOUSE_OFF          0xA7
#define KEYBOARD_OFF       0xAD
#define KEYBOARD_ON        0xAE
#define BYTE_INTERRUPT     (1u << 0)  // of the command byte: a key raises IRQ 1
#define BYTE_MOUSE         (1u << 1)  // the same of a mouse
#define BYTE_OFF           (1u << 4)
#define BYTE_TRANSLATE     (1u << 6)  // to set 1, from the set 2 that keyboards speak

#define TRIES 100000  // reads of a port, about a microsecond each

static bool there;

static bool wait_for(uint8_t bit, uint8_t value)
{
    for (int i = 0; i < TRIES; i++)
        if ((in8(STATUS) & bit) == value)
            return true;
    return false;
}

static bool write(uint16_t port, uint8_t byte)
{
    if (!wait_for(STATUS_INPUT_FULL, 0))
        return false;
    out8(port, byte);
    return true;
}

// What somebody has typed at the firmware is not for the guest.
static void drain(void)
{
    for (int i = 0; i < TRIES && (in8(STATUS) & STATUS_OUTPUT_FULL); i++)
        in8(DATA);
}

bool i8042_listen(void)
{
    uint8_t byte;

    there = false;
    if (in8(STATUS) == NO_CONTROLLER || !write(COMMAND, KEYBOARD_OFF) || !write(COMMAND, MOUSE_OFF))
        return false;
    drain();
    if (!write(COMMAND, READ_COMMAND_BYTE) || !wait_for(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL))
        return false;
    byte = in8(DATA);
    byte = (byte & ~(BYTE_MOUSE | BYTE_OFF)) | BYTE_INTERRUPT | BYTE_TRANSLATE;
    there = write(COMMAND, WRITE_COMMAND_BYTE) && write(DATA, byte) && write(COMMAND, KEYBOARD_ON);
    return there;
}

int i8042_read(void)
{
    uint8_t status, byte;

    if (!there || !((status = in8(STATUS)) & STATUS_OUTPUT_FULL))
        return -1;
    byte = in8(DATA);
    return status & STATUS_MOUSE ? -1 : byte;
}

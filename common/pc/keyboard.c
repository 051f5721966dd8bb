// The keyboard controller of keyboard.h.

#include "common/pc/keyboard.h"

#include <string.h>

enum { DATA, COMMAND = KEYBOARD_COMMAND - KEYBOARD_DATA };  // the two ports

#define STATUS_OUTPUT_FULL  (1u << 0)  // a byte waits at the data port
#define STATUS_SYSTEM       (1u << 2)  // the self test has passed
#define STATUS_COMMAND      (1u << 3)  // the last write was a command
#define STATUS_NOT_LOCKED   (1u << 4)  // by the key in the front of the case
#define STATUS_TIMEOUT      (1u << 6)  // nobody answered; the output is NO_ANSWER
#define COMMAND_BYTE_SYSTEM (1u << 2)  // what STATUS_SYSTEM shows
#define COMMAND_BYTE_OFF    (1u << 4)  // the keyboard's clock is held
#define OUTPUT_PORT_IDLE    0xC3       // data and clock high, A20 on, no reset
#define OUTPUT_PORT_RUNS    (1u << 0)  // low: the CPU is reset

enum {
    READ_COMMAND_BYTE = 0x20,
    WRITE_COMMAND_BYTE = 0x60,
    TEST_SECOND_PORT = 0xA9,
    SELF_TEST = 0xAA,
    TEST_PORT = 0xAB,
    KEYBOARD_OFF = 0xAD,
    KEYBOARD_ON = 0xAE,
    READ_INPUT_PORT = 0xC0,
    READ_OUTPUT_PORT = 0xD0,
    WRITE_OUTPUT_PORT = 0xD1,
    WRITE_OUTPUT = 0xD2,         // the parameter comes back as if the keyboard had sent it
    WRITE_SECOND_OUTPUT = 0xD3,  // or a mouse: there is no second port, and it comes back the same
    WRITE_SECOND_PORT = 0xD4,    // to a mouse, which doesn't answer
};

#define SELF_TEST_PASSED 0x55
#define CLOCK_STUCK_LOW  0x01  // a port test's answer where no port is
#define INPUT_PORT       0xA0  // not locked, a second bank of RAM
#define NO_ANSWER        0xFE

// For the keyboard, and from it.
enum {
    SET_LIGHTS = 0xED,  // this one, SET_CODES and SET_RATE have a second byte
    ECHO = 0xEE,
    SET_CODES = 0xF0,
    IDENTIFY = 0xF2,
    SET_RATE = 0xF3,
    RESET = 0xFF,
    ACKNOWLEDGE = 0xFA,
    TEST_PASSED = 0xAA,
    IDENTITY_FIRST = 0xAB,
    IDENTITY_SECOND = 0x83,
};

void keyboard_reset(struct keyboard *keyboard, bool *reset)
{
    *keyboard = (struct keyboard){
        .status = STATUS_SYSTEM | STATUS_NOT_LOCKED,
        .command_byte = COMMAND_BYTE_SYSTEM,
        .output_port = OUTPUT_PORT_IDLE,
        .reset = reset,
    };
}

// What waits is lost.
static void answer(struct keyboard *keyboard, uint8_t byte)
{
    keyboard->output[0] = byte;
    keyboard->count = 1;
    keyboard->status &= ~STATUS_TIMEOUT;
}

static void command_byte_set(struct keyboard *keyboard, uint8_t value)
{
    keyboard->command_byte = value;
    keyboard->status &= ~STATUS_SYSTEM;
    if (value & COMMAND_BYTE_SYSTEM)
        keyboard->status |= STATUS_SYSTEM;
}

static void output_port_set(struct keyboard *keyboard, uint8_t value)
{
    keyboard->output_port = value;
    if (!(value & OUTPUT_PORT_RUNS))
        *keyboard->reset = true;
}

// What the chip doesn't know it ignores.
static void command(struct keyboard *keyboard, uint8_t value)
{
    keyboard->status |= STATUS_COMMAND;
    keyboard->parameter_of = 0;
    switch (value) {
    case READ_COMMAND_BYTE: answer(keyboard, keyboard->command_byte); break;
    case TEST_SECOND_PORT: answer(keyboard, CLOCK_STUCK_LOW); break;
    case SELF_TEST:
        command_byte_set(keyboard, COMMAND_BYTE_SYSTEM | COMMAND_BYTE_OFF);
        answer(keyboard, SELF_TEST_PASSED);
        break;
    case TEST_PORT: answer(keyboard, 0); break;
    case KEYBOARD_OFF: keyboard->command_byte |= COMMAND_BYTE_OFF; break;
    case KEYBOARD_ON: keyboard->command_byte &= ~COMMAND_BYTE_OFF; break;
    case READ_INPUT_PORT: answer(keyboard, INPUT_PORT); break;
    case READ_OUTPUT_PORT: answer(keyboard, keyboard->output_port); break;
    case WRITE_COMMAND_BYTE:
    case WRITE_OUTPUT_PORT:
    case WRITE_OUTPUT:
    case WRITE_SECOND_OUTPUT:
    case WRITE_SECOND_PORT: keyboard->parameter_of = value; break;
    default:
        // F0h to FFh pulse those output pins low whose bit is 0 in them.
        if (value >= 0xF0 && !(value & OUTPUT_PORT_RUNS))
            *keyboard->reset = true;
    }
}

// The answers to a byte for the keyboard.
static void keyboard_command(struct keyboard *keyboard, uint8_t value)
{
    bool option = keyboard->option;

    keyboard->command_byte &= ~COMMAND_BYTE_OFF;  // sending to it turns it on
    keyboard->option = !option && (value == SET_LIGHTS || value == SET_CODES || value == SET_RATE);
    answer(keyboard, !option && value == ECHO ? ECHO : ACKNOWLEDGE);
    if (!option && value == RESET)
        keyboard->output[keyboard->count++] = TEST_PASSED;
    if (!option && value == IDENTIFY) {
        keyboard->output[keyboard->count++] = IDENTITY_FIRST;
        keyboard->output[keyboard->count++] = IDENTITY_SECOND;
    }
}

// A parameter, or a byte for the keyboard.
static void data(struct keyboard *keyboard, uint8_t value)
{
    uint8_t parameter_of = keyboard->parameter_of;

    keyboard->status &= ~STATUS_COMMAND;
    keyboard->parameter_of = 0;
    switch (parameter_of) {
    case WRITE_COMMAND_BYTE: command_byte_set(keyboard, value); break;
    case WRITE_OUTPUT_PORT: output_port_set(keyboard, value); break;
    case WRITE_OUTPUT:
    case WRITE_SECOND_OUTPUT: answer(keyboard, value); break;
    case WRITE_SECOND_PORT:
        answer(keyboard, NO_ANSWER);
        keyboard->status |= STATUS_TIMEOUT;
        break;
    default: keyboard_command(keyboard, value);
    }
}

static uint8_t data_read(struct keyboard *keyboard)
{
    uint8_t byte = keyboard->output[0];

    keyboard->status &= ~STATUS_TIMEOUT;
    if (keyboard->count > 1)
        memmove(keyboard->output, keyboard->output + 1, sizeof(keyboard->output) - 1);
    if (keyboard->count > 0)
        keyboard->count--;
    return byte;
}

uint32_t keyboard_in(void *device, uint16_t offset, unsigned size)
{
    struct keyboard *keyboard = device;

    (void)size;
    switch (offset) {
    case DATA: return data_read(keyboard);
    case COMMAND: return keyboard->status | (keyboard->count ? STATUS_OUTPUT_FULL : 0);
    default: return 0xFF;
    }
}

void keyboard_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    (void)size;
    if (offset == COMMAND)
        command(device, (uint8_t)value);
    else if (offset == DATA)
        data(device, (uint8_t)value);
}

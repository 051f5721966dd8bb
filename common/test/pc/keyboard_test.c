// The keyboard controller: what systems ask it at boot, and its two ways to the reset line.

#include "common/pc/keyboard.h"

#include "common/test/tap.h"

enum { DATA, COMMAND = KEYBOARD_COMMAND - KEYBOARD_DATA };

static bool reset;
static struct keyboard keyboard;

static uint32_t status(void)
{
    return keyboard_in(&keyboard, COMMAND, 1);
}

static uint32_t data(void)
{
    return keyboard_in(&keyboard, DATA, 1);
}

static uint32_t answer(uint8_t command)
{
    keyboard_out(&keyboard, COMMAND, 1, command);
    return status() & 1 ? data() : UINT32_MAX;
}

static void send(uint8_t command, uint8_t parameter)
{
    keyboard_out(&keyboard, COMMAND, 1, command);
    keyboard_out(&keyboard, DATA, 1, parameter);
}

// Does that reset the machine?
static bool resets(uint8_t command)
{
    keyboard_reset(&keyboard, &reset);
    reset = false;
    keyboard_out(&keyboard, COMMAND, 1, command);
    return reset;
}

static void test_status(void)
{
    unsigned reads = 0;

    keyboard_reset(&keyboard, &reset);
    is_int(status(), 0x14, "at the start: empty, not busy, self test passed, not locked");
    keyboard_out(&keyboard, COMMAND, 1, 0xAA);
    is_int(status(), 0x1D, "the answer to a command waits");
    while (status() & 1 && reads < 100)
        data(), reads++;
    is_int(reads, 1, "whoever empties the output is done after one byte");
    is_int(data(), 0x55, "an empty output still reads as the last byte");
    is_int(status(), 0x1C, "and stays empty");
    is_int(keyboard_in(&keyboard, 1, 1), 0xFF, "a port between the two isn't ours");
    keyboard_out(&keyboard, 1, 1, 0xAA);
    is_int(status(), 0x1C, "nor is a write there");
}

static void test_commands(void)
{
    keyboard_reset(&keyboard, &reset);
    is_int(answer(0xAA), 0x55, "self test: passed");
    is_int(answer(0xAB), 0x00, "port test: its lines are high");
    is_int(answer(0xA9), 0x01, "test of a second port: there is none");
    is_int(answer(0xC0), 0xA0, "input port: not locked");
    is_int(answer(0x20) & 0x04, 0x04, "command byte: the self test has set the system flag");
    send(0x60, 0x61);
    is_int(answer(0x20), 0x61, "command byte: is kept");
    is_int(status() & 4, 0, "and its system flag is the status's");
    keyboard_out(&keyboard, COMMAND, 1, 0xAD);
    is_int(answer(0x20), 0x71, "keyboard off");
    keyboard_out(&keyboard, COMMAND, 1, 0xAE);
    is_int(answer(0x20), 0x61, "keyboard on");
    send(0xD2, 0x5A);
    is_int(status() & 0x61, 0x01, "a byte for the output: there");
    is_int(data(), 0x5A, "and the same");
    send(0xD3, 0x5A);
    is_int(status() & 0x21, 0x01, "one from a second port: not marked as a mouse's");
    is_int(data(), 0x5A, "and the same");
    is_int(answer(0x99), UINT32_MAX, "an unknown command: no answer");
    send(0xD4, 0xFF);
    is_int(status() & 0x41, 0x41, "a byte for a mouse: a time-out at once");
    is_int(data(), 0xFE, "which reads as FEh");
    is_int(status() & 0x41, 0, "and is over");
    keyboard_out(&keyboard, COMMAND, 1, 0x60);
    keyboard_out(&keyboard, COMMAND, 1, 0xAE);
    keyboard_out(&keyboard, DATA, 1, 0xEE);
    is_int(data(), 0xEE, "a new command forgets the parameter of the last");
}

// Sends a byte to the keyboard, and returns all that comes back, the first byte highest.
static uint32_t keyboard_says(uint8_t byte)
{
    uint32_t answers = 0;

    keyboard_out(&keyboard, DATA, 1, byte);
    for (unsigned i = 0; i < 10 && status() & 1; i++)
        answers = answers << 8 | data();
    return answers;
}

static void test_keyboard(void)
{
    keyboard_reset(&keyboard, &reset);
    is_int(keyboard_says(0xFF), 0xFAAA, "keyboard, reset: acknowledged, and its test passed");
    is_int(keyboard_says(0xF2), 0xFAAB83, "identity: an enhanced keyboard");
    is_int(keyboard_says(0xEE), 0xEE, "echo");
    is_int(keyboard_says(0xF4), 0xFA, "on: acknowledged");
    is_int(keyboard_says(0xED), 0xFA, "lights: acknowledged");
    is_int(keyboard_says(0xFF), 0xFA, "and the byte behind is no command");
    is_int(keyboard_says(0xEE), 0xEE, "the next one is");
    keyboard_out(&keyboard, DATA, 1, 0xFF);
    keyboard_out(&keyboard, DATA, 1, 0xFF);
    is_int(data() << 16 | data() << 8 | (status() & 1), 0xFAAA00, "a new answer replaces the last");
}

static void test_output_port(void)
{
    keyboard_reset(&keyboard, &reset);
    reset = false;
    is_int(answer(0xD0) & 3, 3, "output port: A20 on, no reset");
    send(0xD1, 0xDD);
    is_int(answer(0xD0), 0xDD, "A20 off: remembered");
    send(0xD1, 0xDF);
    is_int(answer(0xD0), 0xDF, "A20 on: remembered");
    is_int(reset, 0, "neither is a reset");
    send(0xD1, 0xDE);
    is_int(reset, 1, "bit 0 low is");
}

static void test_reset(void)
{
    is_int(resets(0xAA), 0, "self test: no reset");
    is_int(resets(0xFF), 0, "pulsing no pin: no reset");
    is_int(resets(0xFD), 0, "pulsing A20: no reset");
    is_int(resets(0xFE), 1, "pulsing the reset pin: a reset");
    is_int(resets(0xF0), 1, "pulsing all pins: a reset");
    reset = false;
    keyboard_reset(&keyboard, &reset);
    keyboard_out(&keyboard, DATA, 1, 0xFE);
    is_int(reset, 0, "FEh as data: no reset");
}

int main(void)
{
    test_status();
    test_commands();
    test_keyboard();
    test_output_port();
    test_reset();
    return done_testing();
}

// The keys of a PC, from what a terminal sends for them.

#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS_SEQUENCE 8  // bytes: no key below sends more

// The key at the start of `count` bytes that a terminal sent, as INT 16h has it: scan code in bits
// 15:8, character in 7:0. 0: none that a PC knows. `*used` is how many of the bytes it takes: 0
// when it may go on, which it can't with `last`, when nothing more has come for a while.
//
// Sources: scan codes: IBM Personal Computer AT Technical Reference, "Keyboard"; sequences:
// ECMA-48, "Control sequences", and XTerm Control Sequences, "PC-Style Function Keys".
uint16_t keys_translate(const uint8_t *bytes, size_t count, bool last, size_t *used);

#endif

// The other end of the wire: a computer that has one IPv4 address, and answers when asked who has
// it (ARP) and whether it is there (ping).
//
// Source: RFC 826 (ARP), RFC 791 (IPv4), RFC 792 (ICMP), "Echo or Echo Reply Message".

#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

// The peer's answer to `frame` of `size` bytes, written over it. Returns its size, or 0: no answer.
// `address` is the peer's, the first number in the highest byte.
size_t peer_answer(uint32_t address, uint8_t *frame, size_t size);

#endif

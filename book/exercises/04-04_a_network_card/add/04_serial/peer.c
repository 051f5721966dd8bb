// The computer of peer.h. It answers in the frame of the question: addresses change places, and a
// number or two becomes another.

#include "peer.h"

#include <stdbool.h>
#include <string.h>

// Offsets in a frame. Ethernet has 14 bytes, and behind them is ARP, or IPv4 with 20 bytes and ICMP
// behind those.
enum {
    TO = 0,
    FROM = 6,
    TYPE = 12,
    ARP_KIND = 14,  // Ethernet, IPv4, 6 and 4 bytes of address
    ARP_OPERATION = 20,
    ARP_FROM = 22,  // MAC, then IPv4 address
    ARP_TO = 32,
    ARP_END = 42,
    IP_VERSION = 14,
    IP_PROTOCOL = 23,
    IP_FROM = 26,
    IP_TO = 30,
    ICMP_TYPE = 34,
    ICMP_CHECKSUM = 36,
    ICMP_END = 42,
};

static const uint8_t mac[6] = {0x02, 'P', 'E', 'E', 'R', 0};

// The bytes at `offset` are these?
static bool has(const uint8_t *frame, unsigned offset, const char *bytes, size_t count)
{
    return memcmp(frame + offset, bytes, count) == 0;
}

static bool is_for(const uint8_t *frame, unsigned offset, uint32_t address)
{
    return frame[offset] == (uint8_t)(address >> 24) &&
           frame[offset + 1] == (uint8_t)(address >> 16) &&
           frame[offset + 2] == (uint8_t)(address >> 8) && frame[offset + 3] == (uint8_t)address;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = a[i];

        a[i] = b[i];
        b[i] = byte;
    }
}

static void arp_answer(uint8_t *frame)
{
    frame[ARP_OPERATION + 1] = 2;  // a reply
    swap(frame + ARP_FROM, frame + ARP_TO, 10);
    memcpy(frame + ARP_FROM, mac, sizeof(mac));
}

// The type goes from 8 to 0, so the checksum, which is the complement of a sum, grows by 0x0800.
static void ping_answer(uint8_t *frame)
{
    unsigned sum = frame[ICMP_CHECKSUM] << 8 | frame[ICMP_CHECKSUM + 1];

    sum += 0x0800;
    sum += sum >> 16;
    frame[ICMP_TYPE] = 0;
    frame[ICMP_CHECKSUM] = (uint8_t)(sum >> 8);
    frame[ICMP_CHECKSUM + 1] = (uint8_t)sum;
    swap(frame + IP_FROM, frame + IP_TO, 4);
}

size_t peer_answer(uint32_t address, uint8_t *frame, size_t size)
{
    if (size >= ARP_END && has(frame, TYPE, "\x08\x06", 2) &&
        has(frame, ARP_KIND, "\0\1\x08\0\6\4\0\1", 8) && is_for(frame, ARP_TO + 6, address))
        arp_answer(frame);
    else if (size >= ICMP_END && has(frame, TYPE, "\x08\0\x45", 3) && frame[IP_PROTOCOL] == 1 &&
             frame[ICMP_TYPE] == 8 && is_for(frame, IP_TO, address))
        ping_answer(frame);
    else
        return 0;
    memcpy(frame + TO, frame + FROM, 6);
    memcpy(frame + FROM, mac, sizeof(mac));
    return size;
}

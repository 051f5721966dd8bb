// What both ends of the lab's line share: passing bytes on, and the messages of the control port.

#ifndef COMMON_LAB_RELAY_H
#define COMMON_LAB_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The ports of the line, in the order of their numbers on the virtio-serial bus. Control comes last
// on purpose: the kernel connects ports in this order, so a message on it means that all are there.
enum port {
    PORT_STDIN = 1,
    PORT_STDOUT,
    PORT_STDERR,
    PORT_TERMINAL,
    PORT_FILES,
    PORT_WIRE,
    PORT_CONTROL
};

enum message_kind {
    MESSAGE_GO = 1,  // to the agent: unpack the files, start the command on `number` terminals
    MESSAGE_SIZE,    // to the agent: the terminal has this size now
    MESSAGE_SIGNAL,  // to the agent: send `number` to the command
    MESSAGE_CLOSED,  // to the agent: nobody reads descriptor `number` any more
    MESSAGE_WAKE,    // to the agent: nothing; it came as an interrupt, see lab_wake()
    MESSAGE_READY,   // from the agent: waits for MESSAGE_GO
    MESSAGE_UP,      // from the agent: the command runs
    MESSAGE_FILE,    // from the agent: file `number` that it may have written; `size` bytes follow
    MESSAGE_EXIT,    // from the agent: it ended with status `number`, having written `passed`
};

struct message {
    uint32_t kind;
    uint32_t number;
    uint16_t rows, columns;  // of MESSAGE_GO and MESSAGE_SIZE
    uint64_t time;           // of MESSAGE_GO: ns since 1970, since a saved lab has slept
    uint64_t size;           // of MESSAGE_FILE
    uint64_t passed[3];      // bytes sent through PORT_STDOUT, PORT_STDERR and PORT_TERMINAL
};

// One direction: bytes go from one descriptor to another. At any time it waits for one of them
// only, so back-pressure comes by itself: while the receiver is full, nothing is read.
struct relay {
    int from;         // -1: at its end
    int to;           // -1: nobody listens; what comes is counted and dropped
    uint64_t passed;  // bytes read so far
    size_t begin, end;
    uint8_t buffer[4096];  // as much as a pipe that polls writable surely takes (PIPE_BUF)
};

enum relay_state {
    RELAY_GOING,
    RELAY_ENDED,   // the sender has ended; everything has been handed on
    RELAY_BROKEN,  // the receiver is gone
};

// Fills in what poll() should wait for.
void relay_wait(const struct relay *relay, struct pollfd *entry);

// Moves bytes after poll() reported `revents`.
enum relay_state relay_move(struct relay *relay, short revents);

// True while bytes are waiting for the receiver.
bool relay_holds(const struct relay *relay);

// Reads exactly `size` bytes; false at the end of the file or on an error.
bool read_all(int fd, void *data, size_t size);

// Writes exactly `size` bytes; false on an error.
bool write_all(int fd, const void *data, size_t size);

#endif

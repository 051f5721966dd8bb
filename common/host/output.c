// What the guest prints, on its way out.

#include "common/host/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/host/file.h"
#include "common/status.h"

#define WAIT_MS 50  // between two looks at a descriptor that takes nothing

static bool abandoned;

int output_open(const char *path, const char *what)
{
    int fd;

    if (strcmp(path, "-") == 0)
        return STDOUT_FILENO;
    // O_NONBLOCK: opening a FIFO must not wait for its other end. What is written may.
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666);
    if (fd < 0)
        bad_usage("%s: %s, expected %s", *path ? path : "''",
                  errno == ENXIO ? "is a pipe that nobody reads" : strerror(errno), what);
    fcntl(fd, F_SETFL, 0);
    return fd;
}

// Follows `until` by one byte. After a mismatch the longest start of `until` that the output still
// ends with counts: after "No bNo b" it is "No b" again, not nothing.
static void watch(struct output *output, char byte)
{
    const char *until = output->until;
    size_t matched = output->matched;

    while (matched > 0 && until[matched] != byte) {
        size_t shorter = matched - 1;

        while (shorter > 0 && memcmp(until, until + matched - shorter, shorter) != 0)
            shorter--;
        matched = shorter;
    }
    if (until[matched] == byte)
        matched++;
    output->found = until[matched] == '\0';
    output->matched = output->found ? 0 : matched;
}

// Does `fd` take a byte without a wait? Looks for up to `ms` milliseconds.
static bool has_room(int fd, int ms)
{
    struct pollfd out = {.fd = fd, .events = POLLOUT};

    return poll(&out, 1, ms) > 0;
}

bool output_has_room(const struct output *output)
{
    return output->fd < 0 || has_room(output->fd, 0);
}

void output_abandon(void)
{
    __atomic_store_n(&abandoned, true, __ATOMIC_SEQ_CST);
}

static void write_all(int fd, const char *next, size_t size)
{
    while (size > 0) {
        ssize_t written;

        if (__atomic_load_n(&abandoned, __ATOMIC_SEQ_CST) && !has_room(fd, 0))
            return;
        written = write(fd, next, size);
        if (written < 0 && errno == EAGAIN)
            has_room(fd, WAIT_MS);  // somebody has made it non-blocking, for us as well
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            perror("the guest's output can't be written");
            exit(VM_BAD_USAGE);
        }
        if (written > 0) {
            next += written;
            size -= (size_t)written;
        }
    }
}

void output_flush(struct output *output)
{
    write_all(output->fd, output->line, output->held);
    output->held = 0;
}

static void put(struct output *output, const char *next, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (output->held == OUTPUT_HELD)
            output_flush(output);
        output->line[output->held++] = next[i];
    }
    if (!output->holds || memchr(next, '\n', size))
        output_flush(output);
}

void output_write(struct output *output, const void *bytes, size_t size)
{
    const char *next = bytes;

    if (output->fd >= 0)
        put(output, next, size);
    if (!output->until || output->found)
        return;
    for (size_t i = 0; !output->found && i < size; i++)
        watch(output, next[i]);
    if (output->found && output->fd >= 0)
        put(output, "\n", 1);  // this may be the middle of a line
}

void output_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    (void)offset;
    output_write(device, &value, size);  // little-endian: the lowest byte comes first
}

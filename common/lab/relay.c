// See relay.h.

#include "relay.h"

#include <errno.h>
#include <unistd.h>

bool relay_holds(const struct relay *relay)
{
    return relay->begin < relay->end;
}

void relay_wait(const struct relay *relay, struct pollfd *entry)
{
    bool holds = relay_holds(relay);

    entry->fd = holds ? relay->to : relay->from;
    entry->events = holds ? POLLOUT : POLLIN;
    entry->revents = 0;
}

static bool try_again(void)
{
    return errno == EINTR || errno == EAGAIN;
}

static enum relay_state relay_read(struct relay *relay)
{
    ssize_t got = read(relay->from, relay->buffer, sizeof(relay->buffer));

    if (got < 0 && try_again())
        return RELAY_GOING;
    if (got <= 0) {  // a terminal without a second end reports EIO: an end as well
        relay->from = -1;
        return RELAY_ENDED;
    }
    relay->passed += (size_t)got;
    relay->begin = 0;
    relay->end = relay->to < 0 ? 0 : (size_t)got;
    return RELAY_GOING;
}

static enum relay_state relay_write(struct relay *relay)
{
    ssize_t put = write(relay->to, relay->buffer + relay->begin, relay->end - relay->begin);

    if (put < 0 && try_again())
        return RELAY_GOING;
    if (put < 0) {
        relay->to = -1;
        relay->begin = relay->end = 0;
        return RELAY_BROKEN;
    }
    relay->begin += (size_t)put;
    return RELAY_GOING;
}

enum relay_state relay_move(struct relay *relay, short revents)
{
    if (revents == 0)
        return RELAY_GOING;
    return relay_holds(relay) ? relay_write(relay) : relay_read(relay);
}

bool read_all(int fd, void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, (uint8_t *)data + done, size - done);

        if (got == 0 || (got < 0 && !try_again()))
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool write_all(int fd, const void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t put = write(fd, (const uint8_t *)data + done, size - done);

        if (put < 0 && !try_again())
            return false;
        done += put > 0 ? (size_t)put : 0;
    }
    return true;
}

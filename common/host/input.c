// Standard input of input.h.

#include "common/host/input.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "common/status.h"

#define WAIT_MS 50  // so late can a character be that the guest sent without an exit

void input_open(struct input *input)
{
    *input = (struct input){
        .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
    };
    if (input->wake_fd < 0 || input->timer_fd < 0) {
        perror("eventfd or timerfd");
        exit(VM_REFUSED);
    }
}

void input_wake(struct input *input)
{
    eventfd_write(input->wake_fd, 1);
}

void input_wake_in(struct input *input, long ns)
{
    struct itimerspec once = {.it_value.tv_nsec = ns};

    timerfd_settime(input->timer_fd, 0, &once, NULL);
}

// Appends up to `room` bytes to what is ahead, and returns what the user asks for in them. What
// read() has to say besides: 0, the end; an error other than "not now" is an end as well (a
// directory, a terminal that was hung up).
static enum terminal_command input_read(struct input *input, size_t room)
{
    uint8_t *bytes = &input->ahead[input->ahead_count];
    ssize_t result = read(STDIN_FILENO, bytes, room);
    size_t count = result > 0 ? (size_t)result : 0;
    enum terminal_command command;

    if (result == 0 || (result < 0 && errno != EINTR && errno != EAGAIN))
        input->ended = true;
    command = terminal_keys(&input->keys, bytes, &count);
    input->ahead_count += count;
    return command;
}

// Takes up to `room` bytes of what is ahead; returns how many.
static size_t input_take(struct input *input, uint8_t *bytes, size_t room)
{
    size_t count = input->ahead_count < room ? input->ahead_count : room;

    memcpy(bytes, input->ahead, count);
    input->ahead_count -= count;
    memmove(input->ahead, input->ahead + count, input->ahead_count);
    return count;
}

enum terminal_command input_wait(struct input *input, uint8_t *bytes, size_t *count)
{
    size_t most = terminal_is_raw() ? INPUT_AHEAD : *count;
    bool listen = most > input->ahead_count && !input->ended;
    struct pollfd files[] = {
        {.fd = listen ? STDIN_FILENO : -1, .events = POLLIN},  // -1: poll() passes over it
        {.fd = input->wake_fd, .events = POLLIN},
        {.fd = input->timer_fd, .events = POLLIN},
    };
    enum terminal_command command = TERMINAL_NOTHING;
    bool hurry = *count > 0 && input->ahead_count > 0;
    uint64_t wakes;

    if (poll(files, 3, hurry ? 0 : WAIT_MS) > 0) {  // else time is up, or a signal came
        for (int i = 1; i < 3; i++)
            if (files[i].revents && read(files[i].fd, &wakes, sizeof(wakes)) < 0)
                continue;  // just set anew
        if (files[0].revents)
            command = input_read(input, most - input->ahead_count);
    }
    *count = input_take(input, bytes, *count);
    return command;
}

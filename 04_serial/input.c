// Standard input of input.h.

#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/kvm/status.h"

#define WAIT_MS 50  // so late can a character be that the guest sent without an exit

void input_open(struct input *input)
{
    *input = (struct input){.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (input->wake_fd < 0) {
        perror("eventfd");
        exit(VM_KVM_REFUSED);
    }
}

void input_wake(struct input *input)
{
    eventfd_write(input->wake_fd, 1);
}

// What read() has to say: bytes; 0, the end; an error other than "not now" is an end as well (a
// directory, a terminal that was hung up).
static size_t input_read(struct input *input, uint8_t *bytes, size_t room)
{
    ssize_t count = read(STDIN_FILENO, bytes, room);

    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (count <= 0)
        input->ended = true;
    return count > 0 ? (size_t)count : 0;
}

enum terminal_command input_wait(struct input *input, uint8_t *bytes, size_t *count)
{
    bool listen = *count > 0 && !input->ended;
    struct pollfd files[] = {
        {.fd = listen ? STDIN_FILENO : -1, .events = POLLIN},  // -1: poll() passes over it
        {.fd = input->wake_fd, .events = POLLIN},
    };
    size_t room = *count;
    eventfd_t wakes;

    *count = 0;
    if (poll(files, 2, WAIT_MS) <= 0)
        return TERMINAL_NOTHING;  // time is up, or a signal came
    if (files[1].revents)
        eventfd_read(input->wake_fd, &wakes);
    if (files[0].revents)
        *count = input_read(input, bytes, room);
    return terminal_keys(&input->keys, bytes, count);
}

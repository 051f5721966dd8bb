// Runs an emulator that wants two terminals: one for its screen, which nobody looks at, and one
// that is the machine's COM1, which is connected to our standard input and output.
//
// usage: ptyrun LINK SECONDS COMMAND [ARG]...
//
// LINK becomes a symbolic link to the terminal for COM1, for the command's own options to name.
// When standard input is a terminal, its keys go to the machine raw, Ctrl-C included; Ctrl-] ends
// the machine.
//
// Input from elsewhere is held back until COM1 has printed something: before, an emulator that
// opens the terminal throws it away, and so does firmware.
//
// Status: the command's, or 128 + N where signal N ended it or us; 124 when SECONDS (0: no limit)
// are over; 2 bad usage. However we end, the command ends with us; and we end when our terminal or
// the reader of our output goes away.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "relay.h"

#define STATUS_USAGE     2
#define STATUS_TIME_OVER 124
#define KEY_ESCAPE       0x1D  // Ctrl-]

// The three directions in which bytes go.
enum { INPUT, OUTPUT, SCREEN, RELAYS };

struct terminal {
    int master, slave;
};

struct run {
    struct terminal com1, screen;
    pid_t command;
    int signals;
    bool keyboard;    // standard input is a terminal
    time_t deadline;  // on the monotonic clock; 0 is never
    struct relay relays[RELAYS];
};

static struct termios terminal_before;
static const char *link_path;

__attribute__((noreturn)) static void fail(const char *what)
{
    fprintf(stderr, "ptyrun: %s: %s\n", what, strerror(errno));
    exit(STATUS_USAGE);
}

static void restore(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal_before);
}

static void remove_link(void)
{
    unlink(link_path);
}

// Keys arrive one by one and uninterpreted. Output keeps its line ends: a guest may send a bare \n.
static void keyboard_raw(void)
{
    struct termios raw;

    if (tcgetattr(STDIN_FILENO, &terminal_before) < 0)
        return;  // no terminal
    raw = terminal_before;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST;
    atexit(restore);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

// We keep the slave open as well: a terminal whose last user leaves ends, and that must not happen
// before the command has opened it.
static struct terminal terminal_open(void)
{
    struct terminal terminal;
    struct termios raw;

    terminal.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal.master < 0 || grantpt(terminal.master) < 0 || unlockpt(terminal.master) < 0)
        fail("pseudo-terminal");
    terminal.slave = open(ptsname(terminal.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal.slave < 0 || tcgetattr(terminal.slave, &raw) < 0)
        fail(ptsname(terminal.master));
    cfmakeraw(&raw);
    tcsetattr(terminal.slave, TCSANOW, &raw);
    return terminal;
}

static void command_start(struct run *run, char **command)
{
    sigset_t none;

    run->command = fork();
    if (run->command < 0)
        fail("fork");
    if (run->command > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    ioctl(run->screen.slave, TIOCSCTTY, 0);
    dup2(run->screen.slave, STDIN_FILENO);
    dup2(run->screen.slave, STDOUT_FILENO);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(command[0], command);
    fail(command[0]);
}

// Whatever COM1 still holds. All bytes are there: the command, which wrote them, has ended.
static void drain(struct run *run)
{
    struct relay *output = &run->relays[OUTPUT];
    struct pollfd entry;

    close(run->com1.slave);  // from now on the master reports the end
    do {
        relay_wait(output, &entry);
        if (poll(&entry, 1, -1) < 0 && errno != EINTR)
            return;
    } while (relay_move(output, entry.revents) == RELAY_GOING);
}

// The end of all: nobody to be left behind.
__attribute__((noreturn)) static void end(struct run *run, int status)
{
    kill(run->command, SIGKILL);
    while (waitpid(run->command, NULL, 0) < 0 && errno == EINTR)
        ;
    drain(run);
    exit(status);
}

static void handle_signal(struct run *run)
{
    struct signalfd_siginfo info;
    int status;

    if (read(run->signals, &info, sizeof(info)) != sizeof(info))
        return;
    if (info.ssi_signo != SIGCHLD)
        end(run, 128 + (int)info.ssi_signo);
    if (waitpid(run->command, &status, WNOHANG) != run->command)
        return;
    drain(run);
    exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

// The milliseconds that poll() may wait; ends when there are none left.
static int time_left(struct run *run)
{
    struct timespec now;

    if (!run->deadline)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec >= run->deadline)
        end(run, STATUS_TIME_OVER);
    return 1000;
}

static void move(struct run *run, int direction, short revents)
{
    struct relay *relay = &run->relays[direction];
    bool reads = !relay_holds(relay);
    enum relay_state state = relay_move(relay, revents);

    if (direction == INPUT && reads && relay_holds(relay) && run->keyboard &&
        memchr(relay->buffer, KEY_ESCAPE, relay->end))
        end(run, 128 + SIGINT);
    if (direction == OUTPUT && state == RELAY_BROKEN)
        end(run, 128 + SIGPIPE);
}

static void loop(struct run *run)
{
    struct pollfd entries[RELAYS + 2];

    for (;;) {
        for (int i = 0; i < RELAYS; i++)
            relay_wait(&run->relays[i], &entries[i]);
        if (!run->relays[OUTPUT].passed && !run->keyboard)
            entries[INPUT].fd = -1;
        entries[RELAYS] = (struct pollfd){.fd = run->signals, .events = POLLIN};
        entries[RELAYS + 1] = (struct pollfd){.fd = STDOUT_FILENO};  // is anybody there?
        if (poll(entries, RELAYS + 2, time_left(run)) < 0 && errno != EINTR)
            fail("poll");
        for (int i = 0; i < RELAYS; i++)
            move(run, i, entries[i].revents);
        if (entries[RELAYS].revents)
            handle_signal(run);
        if (entries[RELAYS + 1].revents)
            end(run, 128 + SIGPIPE);
    }
}

static int signals_open(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct timespec now;
    char *rest;
    long seconds;

    if (argc < 4 || (seconds = strtol(argv[2], &rest, 10)) < 0 || *rest) {
        fprintf(stderr, "usage: ptyrun LINK SECONDS COMMAND [ARG]...\n");
        return STATUS_USAGE;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    run.signals = signals_open();
    run.com1 = terminal_open();
    run.screen = terminal_open();
    link_path = argv[1];
    if (symlink(ptsname(run.com1.master), link_path) < 0)
        fail(link_path);
    atexit(remove_link);
    clock_gettime(CLOCK_MONOTONIC, &now);
    run.deadline = seconds ? now.tv_sec + seconds : 0;
    command_start(&run, argv + 3);

    run.relays[INPUT] = (struct relay){.from = STDIN_FILENO, .to = run.com1.master};
    run.relays[OUTPUT] = (struct relay){.from = run.com1.master, .to = STDOUT_FILENO};
    run.relays[SCREEN] = (struct relay){.from = run.screen.master, .to = -1};
    run.keyboard = isatty(STDIN_FILENO);
    keyboard_raw();
    loop(&run);
}

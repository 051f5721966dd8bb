// The user's terminal of terminal.h.

#include "common/host/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define CTRL_A 0x01

static const char help[] = "\r\n"
                           "Ctrl-A x       ends the virtual machine\r\n"
                           "Ctrl-A h       shows this\r\n"
                           "Ctrl-A Ctrl-A  sends Ctrl-A to the guest\r\n";

static struct termios saved;
static volatile sig_atomic_t is_raw;

// The signal comes again, and does what it would have done without us: SA_RESETHAND took the
// handler away. All that is called here may be called in a signal handler.
static void restore_and_die(int signal)
{
    terminal_restore();
    raise(signal);
}

static void terminal_switch(const struct termios *settings)
{
    static const int deadly[] = {SIGHUP,  SIGINT,  SIGTERM,   SIGQUIT, SIGPIPE, SIGALRM,
                                 SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR,
                                 SIGXCPU, SIGXFSZ, SIGTRAP,   SIGSYS,             // from outside
                                 SIGSEGV, SIGBUS,  SIGILL,    SIGFPE,  SIGABRT};  // bugs of ours
    struct sigaction action = {.sa_handler = restore_and_die, .sa_flags = SA_RESETHAND};

    atexit(terminal_restore);
    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
        sigaction(deadly[i], &action, NULL);
    is_raw = true;
    tcsetattr(STDIN_FILENO, TCSANOW, settings);
}

void terminal_raw(void)
{
    struct termios raw;

    if (tcgetattr(STDIN_FILENO, &saved) < 0)
        return;
    raw = saved;
    cfmakeraw(&raw);
    terminal_switch(&raw);
}

void terminal_keys_only(void)
{
    struct termios keys;

    if (tcgetattr(STDIN_FILENO, &saved) < 0)
        return;  // not a terminal: a pipe or a file, which need no settings
    keys = saved;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_iflag &= ~(tcflag_t)ICRNL;  // Enter is 13 on a PC
    terminal_switch(&keys);
}

bool terminal_is_raw(void)
{
    return is_raw;
}

// What was typed for the guest and not read yet is thrown away: the shell would run it.
void terminal_restore(void)
{
    if (!is_raw)
        return;
    is_raw = false;
    tcflush(STDIN_FILENO, TCIFLUSH);
    tcsetattr(STDIN_FILENO, TCSANOW, &saved);
}

static void print_help(void)
{
    if (write(STDERR_FILENO, help, sizeof(help) - 1) < 0)
        return;  // nobody there to help
}

enum terminal_command terminal_keys(struct terminal_keys *keys, uint8_t *bytes, size_t *count)
{
    enum terminal_command command = TERMINAL_NOTHING;
    size_t kept = 0;

    if (!is_raw)
        return TERMINAL_NOTHING;
    for (size_t i = 0; i < *count && command != TERMINAL_QUIT; i++) {
        if (!keys->escaped && bytes[i] == CTRL_A) {
            keys->escaped = true;
            continue;
        }
        if (keys->escaped && bytes[i] == 'x')
            command = TERMINAL_QUIT;
        else if (keys->escaped && bytes[i] == 'h')
            print_help();
        else if (!keys->escaped || bytes[i] == CTRL_A)
            bytes[kept++] = bytes[i];
        keys->escaped = false;  // after Ctrl-A any other key is a slip: it does nothing
    }
    *count = kept;
    return command;
}

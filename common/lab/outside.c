// The wrapper's end of the lab's line: starts the emulator, waits for the lab to come up, and
// passes input, output, signals and the exit status between this process and the agent inside
// (inside.c).
//
// usage: outside TERMINALS EMULATOR [ARG]...
//
// TERMINALS as in inside.c. The emulator gets the ports' sockets as descriptors 11 to 15, in the
// order of enum port; what it prints itself is the log of the lab's kernel.
// LAB_VERBOSE=1 shows that log, LAB_TIMEOUT=SECONDS is how long the lab may take to come up.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "relay.h"

#define FIRST_PORT_FD   11
#define DEFAULT_TIMEOUT 180   // s
#define STATUS_NO_LAB   5     // VM_KVM_REFUSED of common/kvm/status.h
#define HANGUP_GRACE    10    // seconds for a command whose terminal is gone
#define LOG_TAIL        1500  // bytes of the lab kernel's log, shown when it doesn't come up

// relays[0] to [2] are our standard descriptors; [3] is what the command's terminal prints.
enum { TERMINAL = 3, RELAYS };

struct lab {
    pid_t emulator;
    int control, log, signals;
    bool interactive;  // standard input is a terminal
    bool up;           // the command runs
    bool ended;        // it has ended, and `result` is how
    struct message result;
    time_t started;
    int timeout, shown;  // s: when to give up, and what the progress line says
    struct relay relays[RELAYS];
    size_t log_size;
    char log_text[16384];
};

// Global, because atexit() takes no argument: what the terminal has to become again.
static struct termios terminal_before;

static void descriptors_check(void);
static int signals_open(void);
static void emulator_start(struct lab *lab, char **argv);
static void control_send(struct lab *lab, enum message_kind kind, int number);
static int command_serve(struct lab *lab);

int main(int argc, char **argv)
{
    static struct lab lab;  // static for its size
    const char *timeout = getenv("LAB_TIMEOUT");

    if (argc < 3)
        return 2;
    descriptors_check();
    lab.interactive = strcmp(argv[1], "-") != 0;
    lab.timeout = timeout ? atoi(timeout) : DEFAULT_TIMEOUT;
    lab.started = time(NULL);
    lab.shown = -1;
    lab.signals = signals_open();
    emulator_start(&lab, argv + 2);
    control_send(&lab, MESSAGE_GO, 0);
    return command_serve(&lab);
}

// A closed standard descriptor would be taken by the first socket: fill the gap.
static void descriptors_check(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            exit(STATUS_NO_LAB);
}

static int signals_open(void)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        sigaddset(&set, wanted[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

// Erases the line that counts the seconds.
static void progress_erase(void)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
}

static void progress_show(struct lab *lab)
{
    int seconds = (int)(time(NULL) - lab->started);

    if (isatty(STDERR_FILENO) && seconds != lab->shown)
        fprintf(stderr, "\rThe KVM lab starts ... %d s ", seconds);
    lab->shown = seconds;
}

__attribute__((noreturn)) static void leave(struct lab *lab, int status)
{
    if (lab->emulator > 0) {
        kill(lab->emulator, SIGKILL);
        waitpid(lab->emulator, NULL, 0);
    }
    exit(status);
}

// There is no lab, or none any more: says why, and what its kernel said last.
__attribute__((noreturn, format(printf, 2, 3))) static void fail(struct lab *lab,
                                                                 const char *format, ...)
{
    size_t tail = lab->log_size < LOG_TAIL ? lab->log_size : LOG_TAIL;
    const char *text = lab->log_text + lab->log_size - tail;
    va_list arguments;

    progress_erase();
    va_start(arguments, format);
    fprintf(stderr, "kvm-lab: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, tail ? "; its last words:\n" : "\n");
    va_end(arguments);
    fwrite(text, 1, tail, stderr);
    leave(lab, STATUS_NO_LAB);
}

// In the new process. The emulator is in a session of its own, so that Ctrl-C reaches the command
// and not the machine under it; and it never outlives us.
static void emulator_exec(const int *theirs, int log, char **argv)
{
    sigset_t none;

    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < PORT_CONTROL; i++)
        dup2(theirs[i], FIRST_PORT_FD + i);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static void emulator_start(struct lab *lab, char **argv)
{
    int ours[PORT_CONTROL], theirs[PORT_CONTROL], log[2];

    for (int i = 0; i < PORT_CONTROL; i++) {
        int ends[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
            fail(lab, "socketpair: %s", strerror(errno));
        // Out of the way of FIRST_PORT_FD and its neighbours.
        ours[i] = fcntl(ends[0], F_DUPFD_CLOEXEC, 32);
        theirs[i] = fcntl(ends[1], F_DUPFD_CLOEXEC, 32);
        close(ends[0]);
        close(ends[1]);
    }
    if (pipe2(log, O_CLOEXEC) < 0)
        fail(lab, "pipe: %s", strerror(errno));

    lab->emulator = fork();
    if (lab->emulator < 0)
        fail(lab, "fork: %s", strerror(errno));
    if (lab->emulator == 0)
        emulator_exec(theirs, log[1], argv);
    for (int i = 0; i < PORT_CONTROL; i++)
        close(theirs[i]);
    close(log[1]);

    lab->log = log[0];
    lab->control = ours[PORT_CONTROL - 1];
    lab->relays[0] = (struct relay){.from = STDIN_FILENO, .to = ours[PORT_STDIN - 1]};
    lab->relays[1] = (struct relay){.from = ours[PORT_STDOUT - 1], .to = STDOUT_FILENO};
    lab->relays[2] = (struct relay){.from = ours[PORT_STDERR - 1], .to = STDERR_FILENO};
    lab->relays[TERMINAL] = (struct relay){.from = ours[PORT_TERMINAL - 1], .to = STDIN_FILENO};
}

static void control_send(struct lab *lab, enum message_kind kind, int number)
{
    struct message message = {.kind = kind, .number = (uint32_t)number};
    struct winsize size;

    if (lab->interactive && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        message.rows = size.ws_row;
        message.columns = size.ws_col;
    }
    write_all(lab->control, &message, sizeof(message));
}

static void terminal_restore(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal_before);
}

// From now on every key goes to the command's own terminal, which gives Ctrl-C its meaning.
static void terminal_raw(void)
{
    struct termios raw;

    if (tcgetattr(STDIN_FILENO, &terminal_before) < 0)
        return;
    raw = terminal_before;
    cfmakeraw(&raw);
    atexit(terminal_restore);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

// Keeps the log's end; its older half makes room.
static void log_receive(struct lab *lab)
{
    const char *verbose = getenv("LAB_VERBOSE");
    ssize_t got;

    if (lab->log_size > sizeof(lab->log_text) / 2) {
        size_t kept = sizeof(lab->log_text) / 4;

        memmove(lab->log_text, lab->log_text + lab->log_size - kept, kept);
        lab->log_size = kept;
    }
    got = read(lab->log, lab->log_text + lab->log_size, sizeof(lab->log_text) / 2);
    if (got <= 0) {
        close(lab->log);
        lab->log = -1;
        return;
    }
    if (verbose && strcmp(verbose, "1") == 0)
        write_all(STDERR_FILENO, lab->log_text + lab->log_size, (size_t)got);
    lab->log_size += (size_t)got;
}

// The emulator is gone.
static void lost(struct lab *lab)
{
    while (lab->log >= 0)
        log_receive(lab);
    fail(lab, lab->up ? "the lab has ended before the command" : "the lab did not come up");
}

static void control_receive(struct lab *lab)
{
    struct message message;

    if (!read_all(lab->control, &message, sizeof(message)))
        lost(lab);
    if (message.kind == MESSAGE_UP) {
        lab->up = true;
        progress_erase();
        if (lab->interactive)
            terminal_raw();
    } else if (message.kind == MESSAGE_EXIT) {
        lab->ended = true;
        lab->result = message;
    }
}

static void signal_receive(struct lab *lab)
{
    struct signalfd_siginfo info;

    if (!read_all(lab->signals, &info, sizeof(info)))
        return;
    if (info.ssi_signo == SIGCHLD)
        lost(lab);
    if (info.ssi_signo == SIGWINCH)
        control_send(lab, MESSAGE_SIZE, 0);
    else if (lab->up)
        control_send(lab, MESSAGE_SIGNAL, (int)info.ssi_signo);
    else {
        progress_erase();
        leave(lab, 128 + (int)info.ssi_signo);
    }
}

// Nobody can end the command any more but this: it gets SIGHUP, and if that isn't enough, SIGALRM
// ends this program after a while, and the kernel the emulator with it.
static void terminal_gone(struct lab *lab)
{
    control_send(lab, MESSAGE_SIGNAL, SIGHUP);
    alarm(HANGUP_GRACE);
}

static void relays_move(struct lab *lab, const struct pollfd *wait)
{
    for (int i = 0; i < RELAYS; i++) {
        enum relay_state state = relay_move(&lab->relays[i], wait[i].revents);

        if (i == STDIN_FILENO && state == RELAY_ENDED) {
            if (lab->interactive)
                terminal_gone(lab);
            else
                shutdown(lab->relays[i].to, SHUT_WR);
        }
        if ((i == STDOUT_FILENO || i == STDERR_FILENO) && state == RELAY_BROKEN)
            control_send(lab, MESSAGE_CLOSED, i);
    }
}

// True when all that the command has written has arrived where it belongs.
static bool output_complete(const struct lab *lab)
{
    for (int i = 1; i < RELAYS; i++)
        if (relay_holds(&lab->relays[i]) || lab->relays[i].passed < lab->result.passed[i - 1])
            return false;
    return true;
}

// Serves the command until it has ended; returns its status.
static int command_serve(struct lab *lab)
{
    while (!lab->ended || !output_complete(lab)) {
        struct pollfd wait[RELAYS + 3] = {{0}};

        for (int i = 0; i < RELAYS; i++)
            relay_wait(&lab->relays[i], &wait[i]);
        if (!lab->up || lab->ended)
            wait[0].fd = -1;  // nobody inside would read it
        wait[RELAYS] = (struct pollfd){.fd = lab->control, .events = POLLIN};
        wait[RELAYS + 1] = (struct pollfd){.fd = lab->log, .events = POLLIN};
        wait[RELAYS + 2] = (struct pollfd){.fd = lab->signals, .events = POLLIN};
        if (!lab->up) {
            progress_show(lab);
            if (time(NULL) - lab->started > lab->timeout)
                fail(lab, "the lab is not up after %d s", lab->timeout);
        }
        if (poll(wait, RELAYS + 3, lab->up ? -1 : 1000) < 0)
            continue;
        relays_move(lab, wait);
        if (wait[RELAYS].revents)
            control_receive(lab);
        if (wait[RELAYS + 1].revents)
            log_receive(lab);
        if (wait[RELAYS + 2].revents)
            signal_receive(lab);
    }
    leave(lab, (int)lab->result.number);
}

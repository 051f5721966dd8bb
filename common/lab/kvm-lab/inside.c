// The lab's end of the line: unpacks the files that the command needs, runs it, and passes its
// input, output, signals and exit status between it and the wrapper outside. /init starts it when
// the lab's kernel is up; then it waits, and here is where the state of the lab is saved.
//
// The files are a cpio archive. One of them is /lab/command, a script for sh that becomes the
// command. /lab/writes, if it is there, names those that it may write: they are sent back. Those of
// its standard descriptors that are a terminal outside are one here too; the others are pipes.

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "relay.h"

#define NANO 1000000000u  // ns in a second

// Indices of relays[]: the command's standard descriptors, and what its terminal prints.
enum { IN, OUT, ERR, TERMINAL, RELAYS };

struct agent {
    int control;
    int child_ended;  // a signalfd for SIGCHLD
    int terminal;     // our end of the command's terminal; -1 without
    pid_t command;
    struct relay relays[RELAYS];
};

static void ports_open(struct agent *agent);
static struct message wait_for_go(struct agent *agent);
static void clock_set(uint64_t time);
static void random_renew(void);
static void files_unpack(void);
static void command_start(struct agent *agent, unsigned terminals);
static int command_serve(struct agent *agent);
static void files_send(struct agent *agent);
static void report(struct agent *agent, int status);

static void die(const char *what)
{
    fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void terminal_size(struct agent *agent, const struct message *message)
{
    struct winsize size = {.ws_row = message->rows, .ws_col = message->columns};

    if (agent->terminal >= 0)
        ioctl(agent->terminal, TIOCSWINSZ, &size);  // the kernel tells the command by SIGWINCH
}

int main(void)
{
    const struct message ready = {.kind = MESSAGE_READY};
    struct agent agent = {.terminal = -1};
    struct message go;
    int status;

    ports_open(&agent);
    write_all(agent.control, &ready, sizeof(ready));
    go = wait_for_go(&agent);
    clock_set(go.time);
    random_renew();
    files_unpack();
    if (go.number != 0) {
        agent.terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        if (agent.terminal < 0 || grantpt(agent.terminal) < 0 || unlockpt(agent.terminal) < 0)
            die("pseudo terminal");
        terminal_size(&agent, &go);
    }
    command_start(&agent, go.number);
    status = command_serve(&agent);
    files_send(&agent);
    report(&agent, status);
    for (;;)
        pause();  // the wrapper ends the machine when it has read everything
}

static int port_open(enum port port, int flags)
{
    char path[32];
    int fd;

    snprintf(path, sizeof(path), "/dev/vport0p%d", port);
    fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        die(path);
    return fd;
}

static void ports_open(struct agent *agent)
{
    agent->relays[IN] = (struct relay){.from = port_open(PORT_STDIN, O_RDONLY | O_NONBLOCK)};
    agent->relays[OUT] = (struct relay){.to = port_open(PORT_STDOUT, O_WRONLY | O_NONBLOCK)};
    agent->relays[ERR] = (struct relay){.to = port_open(PORT_STDERR, O_WRONLY | O_NONBLOCK)};
    agent->relays[TERMINAL] =
        (struct relay){.from = -1, .to = port_open(PORT_TERMINAL, O_WRONLY | O_NONBLOCK)};
    agent->control = port_open(PORT_CONTROL, O_RDWR);
}

// Until the host's side of a port is connected, reading it returns 0.
static struct message wait_for_go(struct agent *agent)
{
    struct message message = {0};

    while (!read_all(agent->control, &message, sizeof(message)))
        usleep(5000);
    return message;
}

static void clock_set(uint64_t time)
{
    struct timespec now = {.tv_sec = (time_t)(time / NANO), .tv_nsec = (long)(time % NANO)};

    clock_settime(CLOCK_REALTIME, &now);
}

// Each start of a saved lab would have the same random numbers. The kernel begins anew with what
// the CPU gives (RDSEED, RDRAND), which QEMU has from the host.
static void random_renew(void)
{
    int random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

    ioctl(random, RNDRESEEDCRNG);
    close(random);
}

static void files_unpack(void)
{
    int files = port_open(PORT_FILES, O_RDONLY), status;
    pid_t cpio = fork();

    if (cpio == 0) {
        dup2(files, STDIN_FILENO);
        execlp("cpio", "cpio", "-idmu", NULL);
        _exit(127);
    }
    if (cpio < 0 || waitpid(cpio, &status, 0) < 0)
        die("cpio");
    if (status != 0) {
        fprintf(stderr, "lab: the files can't be unpacked: is --memory too small for them?\n");
        exit(EXIT_FAILURE);
    }
    close(files);
}

// Descriptor `fd` of the command becomes a pipe; returns our end of it.
static int pipe_to(int fd, int *theirs)
{
    int ends[2];
    int ours = fd == STDIN_FILENO ? 1 : 0;

    if (pipe2(ends, O_CLOEXEC) < 0)
        die("pipe");
    fcntl(ends[ours], F_SETFL, O_NONBLOCK);  // ours: a full pipe must not keep us from signals
    *theirs = ends[!ours];
    return ends[ours];
}

// In the new process. Never returns.
static void command_exec(const int *theirs, const char *terminal, const sigset_t *mask)
{
    int tty = -1;

    setsid();
    if (terminal) {
        tty = open(terminal, O_RDWR);  // a session's first terminal becomes its controlling one
        if (tty < 0)
            die(terminal);
    }
    for (int fd = 0; fd < 3; fd++)
        dup2(theirs[fd] >= 0 ? theirs[fd] : tty, fd);
    if (tty > 2)
        close(tty);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execl("/bin/sh", "sh", "/lab/command", NULL);
    _exit(127);
}

// Bit N of `terminals`: descriptor N is the terminal.
static void command_start(struct agent *agent, unsigned terminals)
{
    const char *terminal = agent->terminal >= 0 ? ptsname(agent->terminal) : NULL;
    int theirs[3] = {-1, -1, -1}, begun[2];
    sigset_t child, before;
    char nothing;

    for (int fd = 0; fd < 3; fd++) {
        bool pipe_wanted = !(terminals & (1u << fd));
        int ours = pipe_wanted ? pipe_to(fd, &theirs[fd]) : agent->terminal;

        if (fd == STDIN_FILENO)
            agent->relays[IN].to = ours;
        else
            agent->relays[fd].from = pipe_wanted ? ours : -1;
    }
    agent->relays[TERMINAL].from = agent->terminal;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    signal(SIGPIPE, SIG_IGN);
    agent->child_ended = signalfd(-1, &child, SFD_CLOEXEC);
    if (pipe2(begun, O_CLOEXEC) < 0)
        die("pipe");
    agent->command = fork();
    if (agent->command < 0)
        die("fork");
    if (agent->command == 0) {
        signal(SIGPIPE, SIG_DFL);
        command_exec(theirs, terminal, &before);
    }
    for (int fd = 0; fd < 3; fd++)
        close(theirs[fd]);

    // Its end of this pipe is open until the exec. Before that it has no session and no terminal: a
    // signal, or a Ctrl-C, would reach nobody.
    close(begun[1]);
    while (read(begun[0], &nothing, 1) < 0 && errno == EINTR)
        ;
    close(begun[0]);
}

// A message from outside.
static void obey(struct agent *agent)
{
    struct message message;

    if (!read_all(agent->control, &message, sizeof(message)))
        die("the line to the outside is gone");
    switch (message.kind) {
    case MESSAGE_WAKE: break;
    case MESSAGE_SIZE: terminal_size(agent, &message); break;
    case MESSAGE_SIGNAL: kill(-agent->command, (int)message.number); break;
    case MESSAGE_CLOSED:  // the command's next write gets SIGPIPE
        close(agent->relays[message.number].from);
        agent->relays[message.number].from = -1;
        break;
    default: break;
    }
}

// Waits until something can be passed on, or control[] has news, and does it.
static void pass_on(struct agent *agent, struct pollfd *control)
{
    struct pollfd wait[RELAYS + 2];

    for (int i = 0; i < RELAYS; i++)
        relay_wait(&agent->relays[i], &wait[i]);
    wait[RELAYS] = control[0];
    wait[RELAYS + 1] = control[1];
    if (poll(wait, RELAYS + 2, -1) < 0)
        return;
    for (int i = 0; i < RELAYS; i++) {
        int from = agent->relays[i].from, to = agent->relays[i].to;
        enum relay_state state = relay_move(&agent->relays[i], wait[i].revents);

        if (i != IN || agent->terminal >= 0)
            continue;
        if (state == RELAY_ENDED)
            close(to);  // the command sees the end of its input
        if (state == RELAY_BROKEN)
            close(from);  // the command doesn't listen: the wrapper may stop reading
    }
    control[0].revents = wait[RELAYS].revents;
    control[1].revents = wait[RELAYS + 1].revents;
}

static bool output_left(const struct agent *agent)
{
    for (int i = OUT; i < RELAYS; i++)
        if (agent->relays[i].from >= 0 || relay_holds(&agent->relays[i]))
            return true;
    return false;
}

// Serves the command until it has ended; returns its status as a shell would report it.
static int command_serve(struct agent *agent)
{
    const struct message up = {.kind = MESSAGE_UP};
    struct pollfd control[2] = {{.fd = agent->control, .events = POLLIN},
                                {.fd = agent->child_ended, .events = POLLIN}};
    struct pollfd nothing[2] = {{.fd = -1}, {.fd = -1}};
    int status;

    write_all(agent->control, &up, sizeof(up));
    do {
        pass_on(agent, control);
        if (control[0].revents)
            obey(agent);
    } while (waitpid(agent->command, &status, WNOHANG) != agent->command);

    // What it wrote is still in the pipes. Processes that it left behind would hold them open; the
    // machine ends now, and so do they.
    kill(-1, SIGKILL);
    agent->relays[IN].from = -1;
    agent->relays[IN].begin = agent->relays[IN].end = 0;
    while (output_left(agent))
        pass_on(agent, nothing);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Nothing is sent of a file that isn't there: the command didn't make it.
static void file_send(int control, uint32_t number, const char *path)
{
    struct message message = {.kind = MESSAGE_FILE, .number = number};
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    static uint8_t bytes[65536];
    struct stat st;

    if (file < 0)
        return;
    if (fstat(file, &st) == 0 && S_ISREG(st.st_mode)) {
        message.size = (uint64_t)st.st_size;
        write_all(control, &message, sizeof(message));
        for (uint64_t left = message.size; left > 0;) {
            size_t size = left < sizeof(bytes) ? left : sizeof(bytes);

            if (!read_all(file, bytes, size))
                die(path);
            write_all(control, bytes, size);
            left -= size;
        }
    }
    close(file);
}

// Each path in the list ends with a 0, as any other character may be part of one.
static void files_send(struct agent *agent)
{
    FILE *list = fopen("/lab/writes", "r");
    char *path = NULL;
    size_t room = 0;

    for (uint32_t i = 0; list && getdelim(&path, &room, '\0', list) > 0; i++)
        file_send(agent->control, i, path);
}

static void report(struct agent *agent, int status)
{
    struct message message = {.kind = MESSAGE_EXIT, .number = (uint32_t)status};

    for (int i = 0; i < 3; i++)
        message.passed[i] = agent->relays[OUT + i].passed;
    write_all(agent->control, &message, sizeof(message));
}

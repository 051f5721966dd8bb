// The wrapper's end of the lab's line: starts the emulator, waits for the lab to come up, and
// passes input, output, signals and the exit status between this process and the agent inside
// (inside.c).
//
// usage: outside TERMINALS COUNT WIRE WRITES [FILE]... EMULATOR [ARG]...
//        outside --save EMULATOR [ARG]...
//
// The last COUNT arguments make the emulator resume a saved lab. If it ends before the lab is up,
// it is started again without them, and what was saved, descriptor 8, becomes empty: nobody tries
// it again.
// WIRE is a stream socket that the lab is connected to, or empty.
// The WRITES FILEs are those that the command may have written when it has ended.
// --save saves one there as soon as it is ready for a command; status 1: that can't be done here.
//
// TERMINALS are the digits of the standard descriptors that are a terminal, or "-". Descriptor 10
// is the archive of files for the agent. The emulator gets the ports' sockets as descriptors 11 to
// 17, in the order of enum port; what it prints itself is the log of the lab's kernel.
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
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "relay.h"

#define DEVICE_FD       8  // the state of a saved lab's devices
#define FILES_FD        10
#define FIRST_PORT_FD   11
#define SOCKETS         (PORT_CONTROL + 1)  // one for each port, and QEMU's monitor for --save
#define DEFAULT_TIMEOUT 180                 // s
#define STATUS_NO_LAB   5                   // VM_REFUSED of common/status.h
#define BAD_USAGE       2                   // VM_BAD_USAGE
#define HANGUP_GRACE    10                  // seconds for a command whose terminal is gone
#define NANO            1000000000u         // ns in a second
#define LOG_TAIL        1500  // bytes of the lab kernel's log, shown when it doesn't come up
#define WRITES_MAX      8

// relays[0] to [2] are our standard descriptors; [3] is what the command's terminal prints; [4] are
// its files.
enum { TERMINAL = 3, FILES, RELAYS };

struct lab {
    char **arguments;  // the emulator's, its name first
    int resume;        // how many of them, at the end, resume a saved lab; 0 boots one
    bool save;         // save the lab instead of using it
    pid_t emulator;
    int sockets[SOCKETS], control, log, signals;
    int wire;       // what PORT_WIRE leads to; -1: nowhere
    int terminals;  // bit N: descriptor N is a terminal inside, too
    bool watched;   // standard output is a terminal, and it is still there
    bool up;        // the command runs, or with --save: the lab waits for it
    bool ended;     // it has ended, and `result` is how
    struct message result;
    int write_count;           // files that the command may write,
    char **writes;             // their paths,
    FILE *copies[WRITES_MAX];  // and what came back of them
    time_t started;
    int timeout, shown;  // s: when to give up, and what the progress line says
    struct relay relays[RELAYS];
    size_t log_size;
    char log_text[16384 + 1];  // room for a zero
};

// Global, because atexit() takes no argument: what the terminal has to become again.
static struct termios terminal_before;

static void descriptors_check(void);
static int signals_open(void);
static int wire_connect(const char *path);
static void emulator_start(struct lab *lab);
static void control_send(struct lab *lab, enum message_kind kind, int number);
static int command_serve(struct lab *lab);

// "02" as bits 0 and 2.
static int terminals_mask(const char *digits)
{
    int mask = 0;

    for (; *digits >= '0' && *digits <= '2'; digits++)
        mask |= 1 << (*digits - '0');
    return mask;
}

int main(int argc, char **argv)
{
    static struct lab lab;  // static for its size
    const char *timeout = getenv("LAB_TIMEOUT");

    if (argc < 6)
        return BAD_USAGE;
    descriptors_check();
    lab.save = strcmp(argv[1], "--save") == 0;
    lab.wire = lab.save || !argv[3][0] ? -1 : wire_connect(argv[3]);
    lab.write_count = lab.save ? 0 : atoi(argv[4]);
    lab.writes = argv + 5;
    lab.arguments = lab.save ? argv + 2 : lab.writes + lab.write_count;
    lab.resume = lab.save ? 0 : atoi(argv[2]);
    lab.terminals = terminals_mask(argv[1]);
    lab.watched = isatty(STDOUT_FILENO);
    lab.timeout = timeout ? atoi(timeout) : DEFAULT_TIMEOUT;
    lab.started = time(NULL);
    lab.shown = -1;
    lab.signals = signals_open();
    emulator_start(&lab);
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

// The emulator gets it as it is: what it speaks is nothing to us.
static int wire_connect(const char *path)
{
    int wire = fcntl(socket(AF_UNIX, SOCK_STREAM, 0), F_DUPFD_CLOEXEC, 64);
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    if (wire >= 0 && connect(wire, (struct sockaddr *)&address, sizeof(address)) == 0)
        return wire;
    fprintf(stderr, "kvm-lab: %s: %s, expected a stream socket at which somebody listens\n", path,
            strerror(errno));
    exit(BAD_USAGE);
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
    for (int i = 0; i < SOCKETS; i++)
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

// Types at QEMU's monitor. RAM shared with a file is no part of what it saves: it's there already.
static void monitor_type(struct lab *lab, const char *commands)
{
    static const char first[] = "migrate_set_capability x-ignore-shared on\n";

    write_all(lab->sockets[SOCKETS - 1], first, strlen(first));
    write_all(lab->sockets[SOCKETS - 1], commands, strlen(commands));
}

static void emulator_start(struct lab *lab)
{
    int *ours = lab->sockets, theirs[SOCKETS], log[2];

    for (int i = 0; i < SOCKETS; i++) {
        int ends[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
            fail(lab, "socketpair: %s", strerror(errno));
        // Out of the way of FIRST_PORT_FD and its neighbours.
        ours[i] = fcntl(ends[0], F_DUPFD_CLOEXEC, 32);
        theirs[i] = fcntl(ends[1], F_DUPFD_CLOEXEC, 32);
        close(ends[0]);
        close(ends[1]);
    }
    if (lab->wire >= 0)
        dup3(lab->wire, theirs[PORT_WIRE - 1], O_CLOEXEC);
    if (pipe2(log, O_CLOEXEC) < 0)
        fail(lab, "pipe: %s", strerror(errno));

    lab->emulator = fork();
    if (lab->emulator < 0)
        fail(lab, "fork: %s", strerror(errno));
    if (lab->emulator == 0)
        emulator_exec(theirs, log[1], lab->arguments);
    for (int i = 0; i < SOCKETS; i++)
        close(theirs[i]);
    close(log[1]);

    lab->log = log[0];
    lab->control = ours[PORT_CONTROL - 1];
    for (int i = 0; i < RELAYS; i++)
        lab->relays[i] = (struct relay){.from = -1, .to = -1};
    if (lab->save)
        return;
    lab->relays[0] = (struct relay){.from = STDIN_FILENO, .to = ours[PORT_STDIN - 1]};
    lab->relays[1] = (struct relay){.from = ours[PORT_STDOUT - 1], .to = STDOUT_FILENO};
    lab->relays[2] = (struct relay){.from = ours[PORT_STDERR - 1], .to = STDERR_FILENO};
    lab->relays[TERMINAL] = (struct relay){.from = ours[PORT_TERMINAL - 1], .to = STDIN_FILENO};
    lab->relays[FILES] = (struct relay){.from = FILES_FD, .to = ours[PORT_FILES - 1]};
    control_send(lab, MESSAGE_GO, lab->terminals);
    if (lab->resume > 0)
        monitor_type(lab, "migrate_incoming \"exec:cat /proc/$PPID/fd/8\"\n");
}

static void control_send(struct lab *lab, enum message_kind kind, int number)
{
    struct message message = {.kind = kind, .number = (uint32_t)number};
    struct timespec now;
    struct winsize size;

    clock_gettime(CLOCK_REALTIME, &now);
    message.time = (uint64_t)now.tv_sec * NANO + (uint64_t)now.tv_nsec;

    if (lab->terminals && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
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

// What was saved is of no use: boots a lab instead.
static void boot_instead(struct lab *lab)
{
    int count = 0;

    if (ftruncate(DEVICE_FD, 0) < 0 || lseek(FILES_FD, 0, SEEK_SET) < 0)
        fail(lab, "the saved lab can't be resumed: %s", strerror(errno));
    for (int i = 0; i < SOCKETS; i++)
        close(lab->sockets[i]);
    while (lab->arguments[count])
        count++;
    lab->arguments[count - lab->resume] = NULL;
    lab->resume = 0;
    emulator_start(lab);
}

// Why the emulator has ended, if a few words can tell: ": " and they. What the lab's kernel said
// before is of no use then.
static void end_explain(struct lab *lab, int status, char *reason, size_t size)
{
    const char *panic;

    lab->log_text[lab->log_size] = '\0';
    panic = strstr(lab->log_text, "Kernel panic");
    reason[0] = '\0';
    if (WIFSIGNALED(status))
        snprintf(reason, size, ": its QEMU was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (panic)
        snprintf(reason, size, ": %.*s", (int)strcspn(panic, "\r\n"), panic);
    if (reason[0])
        lab->log_size = 0;
}

// The emulator has ended, or is about to.
static void lost(struct lab *lab)
{
    char reason[200];
    int status;

    waitpid(lab->emulator, &status, 0);
    lab->emulator = 0;
    while (lab->log >= 0)
        log_receive(lab);
    if (lab->save) {
        progress_erase();
        leave(lab, lab->up && status == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    if (lab->resume > 0 && !lab->up) {
        boot_instead(lab);
        return;
    }
    end_explain(lab, status, reason, sizeof(reason));
    fail(lab, "the lab %s%s%s", lab->up ? "has ended before the command" : "did not come up",
         lab->up && lab->write_count ? ", and what it wrote to its files is lost" : "", reason);
}

// What a file of the command is now. It is only kept, until all of them are here.
static void file_receive(struct lab *lab, const struct message *message)
{
    static uint8_t bytes[65536];
    FILE *copy = tmpfile();

    if (!copy || message->number >= WRITES_MAX)
        fail(lab, "no room for what the command wrote: %s", strerror(errno));
    for (uint64_t left = message->size; left > 0;) {
        size_t size = left < sizeof(bytes) ? left : sizeof(bytes);

        if (!read_all(lab->control, bytes, size))
            lost(lab);
        if (fwrite(bytes, 1, size, copy) != size)
            fail(lab, "no room for what the command wrote: %s", strerror(errno));
        left -= size;
    }
    lab->copies[message->number] = copy;
}

// Writes to a file what has changed in its copy. It stays the same file, and its owner, its links
// and its locks stay what they are; of one that hasn't changed nothing does, not even its date.
static bool file_update(const char *path, FILE *copy)
{
    int file = open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    uint8_t now[4096], before[4096];
    bool good = file >= 0;
    off_t at = 0;
    size_t size;

    rewind(copy);
    while (good && (size = fread(now, 1, sizeof(now), copy)) > 0) {
        if (pread(file, before, size, at) != (ssize_t)size || memcmp(now, before, size) != 0)
            good = pwrite(file, now, size, at) == (ssize_t)size;
        at += (off_t)size;
    }
    if (good && lseek(file, 0, SEEK_END) != at)
        good = ftruncate(file, at) == 0;
    close(file);
    return good;
}

static void files_update(struct lab *lab)
{
    for (int i = 0; i < lab->write_count; i++) {
        if (!lab->copies[i] || file_update(lab->writes[i], lab->copies[i]))
            continue;
        fprintf(stderr, "kvm-lab: %s: %s, and what the command wrote there is lost\n",
                lab->writes[i], strerror(errno));
        leave(lab, STATUS_NO_LAB);
    }
}

static void control_receive(struct lab *lab)
{
    struct message message;

    if (!read_all(lab->control, &message, sizeof(message))) {
        lost(lab);
    } else if (message.kind == MESSAGE_READY && lab->save) {
        lab->up = true;
        monitor_type(lab, "migrate \"exec:cat >/proc/$PPID/fd/8\"\nquit\n");
    } else if (message.kind == MESSAGE_UP) {
        lab->up = true;
        progress_erase();
        if (lab->terminals)
            terminal_raw();
    } else if (message.kind == MESSAGE_FILE) {
        file_receive(lab, &message);
    } else if (message.kind == MESSAGE_EXIT) {
        files_update(lab);
        lab->ended = true;
        lab->result = message;
    }
}

static void signal_receive(struct lab *lab)
{
    struct signalfd_siginfo info;

    if (!read_all(lab->signals, &info, sizeof(info)))
        return;
    if (info.ssi_signo == SIGCHLD) {
        siginfo_t ended = {0};

        if (waitid(P_PID, (id_t)lab->emulator, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid)
            lost(lab);
    } else if (info.ssi_signo == SIGWINCH) {
        control_send(lab, MESSAGE_SIZE, 0);
    } else if (lab->up && !lab->save) {
        control_send(lab, MESSAGE_SIGNAL, (int)info.ssi_signo);
    } else {
        progress_erase();
        leave(lab, 128 + (int)info.ssi_signo);
    }
}

// Nobody can end the command any more but this: it gets SIGHUP, and if that isn't enough, SIGALRM
// ends this program after a while, and the kernel the emulator with it.
static void terminal_gone(struct lab *lab)
{
    if (!lab->up)
        leave(lab, 128 + SIGHUP);
    lab->watched = false;
    control_send(lab, MESSAGE_SIGNAL, SIGHUP);
    alarm(HANGUP_GRACE);
}

static void relays_move(struct lab *lab, const struct pollfd *wait)
{
    for (int i = 0; i < RELAYS; i++) {
        enum relay_state state = relay_move(&lab->relays[i], wait[i].revents);

        if (i == STDIN_FILENO && state == RELAY_ENDED) {
            if (lab->terminals)
                terminal_gone(lab);
            else
                shutdown(lab->relays[i].to, SHUT_WR);
        }
        if (i == FILES && state == RELAY_ENDED)
            shutdown(lab->relays[i].to, SHUT_WR);
        if ((i == STDOUT_FILENO || i == STDERR_FILENO) && state == RELAY_BROKEN)
            control_send(lab, MESSAGE_CLOSED, i);
    }
}

// True when all that the command has written has arrived where it belongs.
static bool output_complete(const struct lab *lab)
{
    for (int i = 1; i <= TERMINAL; i++)
        if (relay_holds(&lab->relays[i]) || lab->relays[i].passed < lab->result.passed[i - 1])
            return false;
    return true;
}

// After a second without an event: an interrupt for the lab. QEMU 7.2 can lose one while a guest
// comes and goes: two threads write the flag that says that one waits. The next interrupt sets it
// again, but if the lost one was of the lab's clock, which is set for one ring at a time, none
// would ever come. Nothing waits here for a lab that stands still all the same.
static void lab_wake(const struct lab *lab)
{
    const struct message message = {.kind = MESSAGE_WAKE};

    send(lab->control, &message, sizeof(message), MSG_DONTWAIT);
}

// Serves the command until it has ended; returns its status.
static int command_serve(struct lab *lab)
{
    while (!lab->ended || !output_complete(lab)) {
        struct pollfd wait[RELAYS + 4] = {{0}};
        int events;

        for (int i = 0; i < RELAYS && !lab->save; i++)
            relay_wait(&lab->relays[i], &wait[i]);
        if (!lab->up || lab->ended)
            wait[0].fd = -1;  // nobody inside would read it
        wait[RELAYS] = (struct pollfd){.fd = lab->control, .events = POLLIN};
        wait[RELAYS + 1] = (struct pollfd){.fd = lab->log, .events = POLLIN};
        wait[RELAYS + 2] = (struct pollfd){.fd = lab->signals, .events = POLLIN};
        wait[RELAYS + 3] = (struct pollfd){.fd = lab->watched ? STDOUT_FILENO : -1};
        if (!lab->up) {
            progress_show(lab);
            if (time(NULL) - lab->started > lab->timeout)
                fail(lab, "the lab is not up after %d s", lab->timeout);
        }
        events = poll(wait, RELAYS + 4, 1000);
        if (events == 0 && lab->up && !lab->ended)
            lab_wake(lab);
        if (events <= 0)
            continue;
        if (wait[RELAYS + 3].revents)
            terminal_gone(lab);
        relays_move(lab, wait);
        if (wait[RELAYS + 1].revents)
            log_receive(lab);
        // One of the two: each may find that the emulator has ended, and start another one.
        if (wait[RELAYS + 2].revents)
            signal_receive(lab);
        else if (wait[RELAYS].revents)
            control_receive(lab);
    }
    leave(lab, (int)lab->result.number);
}

// The guest's output: written whole, and watched for a text wherever that begins.

#include "common/host/output.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/status.h"
#include "common/test/tap.h"

#define NOWHERE (-1)

// After how many bytes of `text` the watcher has found `until`; 0 for never.
static size_t found_after(const char *until, const char *text)
{
    struct output output = {.fd = NOWHERE, .until = until};

    for (size_t i = 0; text[i]; i++) {
        output_write(&output, &text[i], 1);
        if (output.found)
            return i + 1;
    }
    return 0;
}

static void test_watch(void)
{
    struct output output = {.fd = NOWHERE, .until = "login:"};

    is_int(found_after("ok", "ok"), 2, "the whole output");
    is_int(found_after("ok", "it is ok now"), 8, "in the middle of it");
    is_int(found_after("ok", "o k"), 0, "not there");
    is_int(found_after("ok", "o"), 0, "only its start");
    is_int(found_after("aab", "aaab"), 4, "it begins inside a mismatch");
    is_int(found_after("No bootable", "No boNo bootable"), 16, "and again, with a longer text");
    is_int(found_after("abcabd", "abcabcabd"), 9, "and with two starts");
    is_int(found_after("\xE9!", "\xE9\xE9!"), 3, "bytes above 0x7F");

    output_write(&output, "log", 3);
    output_write(&output, "in", 2);
    ok(!output.found, "not yet");
    output_write(&output, ": root", 6);
    ok(output.found, "it came in three pieces");
    output_write(&output, "more", 4);
    ok(output.found, "and stays found");

    output = (struct output){.fd = NOWHERE, .until = "a"};
    output_write(&output, "\0\0a", 3);
    ok(output.found, "zero bytes are output like others");
}

// Every text of 10 letters a and b, for every text of 4 of them to watch for.
static void test_watch_all(void)
{
    char until[5] = "", text[11] = "";
    int wrong = 0;

    for (unsigned i = 0; i < 1u << 14; i++) {
        const char *place;

        for (unsigned bit = 0; bit < 14; bit++)
            *(bit < 4 ? &until[bit] : &text[bit - 4]) = i >> bit & 1 ? 'a' : 'b';
        place = strstr(text, until);
        wrong += found_after(until, text) != (place ? (size_t)(place - text) + 4 : 0);
    }
    is_int(wrong, 0, "16384 pairs of texts: the same places as strstr finds");
}

static void test_write(void)
{
    static char sent[300000], got[sizeof(sent)];  // more than a pipe holds at a time
    struct output output = {0};
    size_t size = 0;
    ssize_t some;
    int ends[2], status = -1;
    pid_t pid;

    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (char)(i * 7 + i / 256);
    if (pipe(ends) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0 || (pid = fork()) < 0) {
        perror("child");
        exit(1);
    }
    if (pid == 0) {
        output.fd = ends[1];
        output_write(&output, sent, sizeof(sent));
        _exit(0);
    }
    close(ends[1]);
    while ((some = read(ends[0], got + size, sizeof(got) - size)) > 0)
        size += (size_t)some;
    close(ends[0]);
    waitpid(pid, &status, 0);
    is_int(status, 0, "the writer is done");
    ok(size == sizeof(sent) && memcmp(got, sent, size) == 0,
       "every byte arrives, in order, through a descriptor that doesn't block");
}

// What can be read from the pipe `fd` now?
static const char *readable(int fd)
{
    static char text[2 * OUTPUT_HELD];
    ssize_t size = read(fd, text, sizeof(text) - 1);

    text[size > 0 ? size : 0] = '\0';
    return text;
}

static void test_hold(void)
{
    struct output output = {.holds = true, .until = "end"};
    char text[OUTPUT_HELD + 1] = "";
    int ends[2];

    if (pipe(ends) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
        exit(1);
    output.fd = ends[1];
    output_write(&output, "a li", 4);
    ok(strcmp(readable(ends[0]), "") == 0 && output.held == 4, "a line is held");
    output_write(&output, "ne\nmore", 7);
    ok(strcmp(readable(ends[0]), "a line\nmore") == 0, "until its end comes");
    output_write(&output, "pro", 3);
    output_flush(&output);
    ok(strcmp(readable(ends[0]), "pro") == 0 && output.held == 0, "or somebody says so");
    memset(text, 'x', sizeof(text));
    output_write(&output, text, sizeof(text));
    ok(strlen(readable(ends[0])) == OUTPUT_HELD && output.held == 1, "or there is no room");
    output_write(&output, "end", 3);
    ok(strcmp(readable(ends[0]), "xend\n") == 0 && output.found, "or the text is there");
    output.holds = false;
    output_write(&output, "b", 1);
    ok(strcmp(readable(ends[0]), "b") == 0, "otherwise each byte goes out at once");
}

static void test_refused(void)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        struct output output = {.fd = open("/dev/full", O_WRONLY)};

        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        output_write(&output, "x", 1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == VM_BAD_USAGE, "a full disk: status 2");
}

int main(void)
{
    test_watch();
    test_watch_all();
    test_write();
    test_hold();
    test_refused();
    return done_testing();
}

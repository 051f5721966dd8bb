// Payloads by name, and the options among them. Payloads are known by 32-bit addresses, so their
// memory comes from the first 4 GiB of this process.

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>

#include "common/test/tap.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/memory/payload_init.h"
#include "kernel/panic/panic.h"

static jmp_buf panicked;
static char message[128];

// In place of kernel/panic/panic.c.
void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    longjmp(panicked, 1);
}

static struct image_table image;

static void add(const char *name, const char *text, size_t size)
{
    struct image_file *file = &image.files[image.count++];
    char *memory = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    memcpy(memory, text, size);
    strncpy(file->name, name, sizeof(file->name) - 1);
    file->size = (uint32_t)size;
    file->address = (uint32_t)virt_to_phys(memory);
}

static void start(const char *options, size_t size)
{
    memset(&image, 0, sizeof(image));
    add("hypervisor", "code", 4);
    add("hello", "HELLO", 5);
    if (options)
        add("options", options, size);
    payload_init(&image);
}

static void test_find(void)
{
    struct payload payload;

    start(NULL, 0);
    ok(payload_find("hello", &payload), "a payload is found");
    ok(payload.size == 5 && memcmp(payload.data, "HELLO", 5) == 0, "with its bytes");
    ok(!payload_find("hell", &payload), "not by a part of its name");
    if (setjmp(panicked) == 0)
        payload_get("linux");
    is_str(message, "the image has no payload \"linux\"", "a payload that is not there");
}

static void test_options(void)
{
    static const char text[] = "guest=linux\nempty=\n\nmemory=256\nguest=bios\nlast=one";
    char large[512];

    start(NULL, 0);
    is_str(option("guest", "hello"), "hello", "no options: otherwise");
    start(text, strlen(text));
    is_str(option("guest", "hello"), "linux", "an option; the first one counts");
    is_str(option("memory", ""), "256", "one further down");
    is_str(option("empty", "x"), "", "an empty value is a value");
    is_str(option("last", ""), "one", "the last line needs no end");
    is_str(option("mem", "none"), "none", "a part of a name is no name");
    is_str(option("emory", "none"), "none", "nor is its end");

    memset(large, 'x', sizeof(large));
    if (setjmp(panicked) == 0)
        start(large, sizeof(large));
    is_str(message, "payload \"options\": 512 bytes, expected less than 512", "too many options");
}

int main(void)
{
    test_find();
    test_options();
    return done_testing();
}

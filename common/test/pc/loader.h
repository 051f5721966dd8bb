// What the loader's tests share: guest RAM of any size, and RAM for the loads that must be refused.

#ifndef COMMON_TEST_LOADER_H
#define COMMON_TEST_LOADER_H

#include <stdlib.h>
#include <sys/mman.h>

#include "common/pc/linux/linux.h"
#include "common/test/pc/kernel_image.h"
#include "common/test/tap.h"

#define MIB(n) IMAGE_MIB(n)
#define GIB(n) IMAGE_MIB((n) << 10)
#define PAGE   4096

// Guest RAM, its high part behind its low part in `host`.
struct machine {
    struct guest_ram ram;
    uint8_t *host;
    uint64_t lacks;  // an address that the host has no memory for; 0: it has everything
};

static inline void *machine_at(void *context, uint64_t gpa, uint64_t size)
{
    const struct machine *machine = context;
    const struct guest_ram *ram = &machine->ram;

    if (machine->lacks && gpa <= machine->lacks && machine->lacks - gpa < size)
        return NULL;
    if (gpa < ram->low && size <= ram->low - gpa)
        return machine->host + gpa;
    if (gpa >= GIB(4) && gpa - GIB(4) < ram->high && size <= ram->high - (gpa - GIB(4)))
        return machine->host + ram->low + (gpa - GIB(4));
    return NULL;
}

static inline void machine_create(struct machine *machine, uint64_t size, int protection)
{
    machine->ram.low = size < GIB(3) ? size : GIB(3);
    machine->ram.high = size - machine->ram.low;
    machine->lacks = 0;
    machine->ram.at = machine_at;
    machine->ram.context = machine;
    machine->host =
        mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (machine->host == MAP_FAILED)
        exit(1);
}

static inline void machine_destroy(struct machine *machine)
{
    munmap(machine->host, machine->ram.low + machine->ram.high);
}

// Loads into RAM of `size` bytes that can't be written; only good for what must be refused.
static inline enum linux_error try_in(uint64_t size, const struct linux_boot *boot,
                                      struct linux_loaded *loaded)
{
    struct machine machine;
    enum linux_error error;

    machine_create(&machine, size, PROT_NONE);
    error = linux_load(boot, &machine.ram, loaded);
    machine.ram.at = NULL;
    if (linux_check(boot, &machine.ram, loaded) != error)
        ok(false, "linux_check() agrees with linux_load()");
    machine_destroy(&machine);
    return error;
}

static inline void refused(enum linux_error got, enum linux_error want, const char *what)
{
    ok(got == want, "%s: %s", what, linux_error_text(want));
    if (got != want)
        printf("# got: %s\n", linux_error_text(got));
}

#endif

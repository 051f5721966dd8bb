// The frame of the tests that need the machine: see suite.h.

#include "test/suite/suite.h"

#include "kernel/console/console.h"

static unsigned run, failed;

static void result(bool pass, const char *todo, const char *what, va_list args)
{
    kprintf("%sok %u - ", pass ? "" : "not ", ++run);
    kvprintf(what, args);
    if (todo)
        kprintf(" # TODO %s", todo);
    else
        failed += !pass;
    kprintf("\n");
}

bool ok(bool pass, const char *what, ...)
{
    va_list args;

    va_start(args, what);
    result(pass, NULL, what, args);
    va_end(args);
    return pass;
}

bool ok_but(bool pass, const char *but, const char *what, ...)
{
    va_list args;

    va_start(args, what);
    result(pass, pass ? NULL : but, what, args);
    va_end(args);
    return pass;
}

void suite_skip(const char *reason, const char *what)
{
    kprintf("ok %u - %s # SKIP %s\n", ++run, what, reason);
}

void suite_end(void)
{
    kprintf("1..%u\n", run);
    host_end(failed ? VM_PANIC : VM_POWERED_OFF);
}

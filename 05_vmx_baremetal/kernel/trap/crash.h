// Crashes on request, to see that each is reported: `make run CRASH=stack`.

#ifndef KERNEL_TRAP_CRASH_H
#define KERNEL_TRAP_CRASH_H

// Does what the option "crash" of the image names, if it has one; then does not return.
void crash_if_asked(void);

#endif

// VM exits by name, and what they mean. Taught in book/01_hello.

#ifndef COMMON_KVM_EXIT_H
#define COMMON_KVM_EXIT_H

#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>

// "KVM_EXIT_IO" for KVM_EXIT_IO; "unknown exit reason" for a number that has no name here.
const char *exit_name(uint32_t reason);

// One line about the exit in `run`, as TRACE=1 prints it: `IO out 0x0001 size 1 count 1: 48`.
void exit_trace(FILE *to, const struct kvm_run *run);

// How a report on an exit that nobody handles begins: what it is, and what usually causes it.
void exit_explain(FILE *to, const struct kvm_run *run);

#endif

// The report on an exit that ends the program.
//
// Taught in book/01_hello, which has a smaller one. Used by stages 02 to 04.

#ifndef COMMON_KVM_REPORT_H
#define COMMON_KVM_REPORT_H

#include <linux/kvm.h>
#include <stdio.h>

#include "common/kvm/memory.h"

// What exit_explain() says; then registers, segments, control registers, and the bytes at RIP where
// `memory` has them.
void exit_report(FILE *to, int vcpu_fd, const struct kvm_run *run, const struct memory *memory);

#endif

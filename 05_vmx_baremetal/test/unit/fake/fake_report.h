// The end of a guest for unit tests: counted, and not printed. Included by one file of a test
// program.

#ifndef TEST_UNIT_FAKE_REPORT_H
#define TEST_UNIT_FAKE_REPORT_H

#include "vmm/vcpu/report.h"

static unsigned reports;

static enum resume fake_stop(struct vcpu *vcpu, enum vm_status status)
{
    reports++;
    vcpu->status = status;
    return RESUME_STOP;
}

enum resume guest_crash(struct vcpu *vcpu, const char *why, ...)
{
    (void)why;
    return fake_stop(vcpu, VM_CRASHED);
}

enum resume vmm_bug(struct vcpu *vcpu, const char *why, ...)
{
    (void)why;
    return fake_stop(vcpu, VM_PANIC);
}

#endif

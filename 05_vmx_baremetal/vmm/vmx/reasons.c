// Exit reasons by name.

#include "vmm/vmx/reasons.h"

const char *exit_reason_name(uint32_t basic)
{
#define NAME(name, number, text) [number] = text,
    static const char *const names[REASON_COUNT] = {EXIT_REASONS(NAME)};
#undef NAME

    return basic < REASON_COUNT && names[basic] ? names[basic] : "unknown exit reason";
}

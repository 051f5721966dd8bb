// Every field of the VMCS, in the order of SDM Vol. 3, appendix "Field Encoding in VMCS": name,
// encoding, width in bits. The one place where a field is written down: the enumeration, the names
// in dumps and the check of the width column are all made from it.
//
//  15 14   13 12 11   10 9              1   0
//  +--+------+--+-------+----------------+------+
//  |0 | width|0 | type  |     index      |access|   access 1: the high half of a 64-bit field
//  +--+------+--+-------+----------------+------+
//      0 16-bit   0 control
//      1 64-bit   1 read-only: what the last exit says
//      2 32-bit   2 guest state
//      3 natural  3 host state

#ifndef VMM_VMX_FIELDS_H
#define VMM_VMX_FIELDS_H

#include <stddef.h>

// clang-format off
#define VMCS_FIELDS(FIELD)                             \
    /* 16-bit control fields */                        \
    FIELD(VPID,                       0x0000, 16)      \
    FIELD(POSTED_INTERRUPT_VECTOR,    0x0002, 16)      \
    FIELD(EPTP_INDEX,                 0x0004, 16)      \
    /* 16-bit guest-state fields */                    \
    FIELD(GUEST_ES,                   0x0800, 16)      \
    FIELD(GUEST_CS,                   0x0802, 16)      \
    FIELD(GUEST_SS,                   0x0804, 16)      \
    FIELD(GUEST_DS,                   0x0806, 16)      \
    FIELD(GUEST_FS,                   0x0808, 16)      \
    FIELD(GUEST_GS,                   0x080A, 16)      \
    FIELD(GUEST_LDTR,                 0x080C, 16)      \
    FIELD(GUEST_TR,                   0x080E, 16)      \
    FIELD(GUEST_INTERRUPT_STATUS,     0x0810, 16)      \
    FIELD(PML_INDEX,                  0x0812, 16)      \
    /* 16-bit host-state fields */                     \
    FIELD(HOST_ES,                    0x0C00, 16)      \
    FIELD(HOST_CS,                    0x0C02, 16)      \
    FIELD(HOST_SS,                    0x0C04, 16)      \
    FIELD(HOST_DS,                    0x0C06, 16)      \
    FIELD(HOST_FS,                    0x0C08, 16)      \
    FIELD(HOST_GS,                    0x0C0A, 16)      \
    FIELD(HOST_TR,                    0x0C0C, 16)      \
    /* 64-bit control fields */                        \
    FIELD(IO_BITMAP_A,                0x2000, 64)      \
    FIELD(IO_BITMAP_B,                0x2002, 64)      \
    FIELD(MSR_BITMAP,                 0x2004, 64)      \
    FIELD(EXIT_MSR_STORE_ADDRESS,     0x2006, 64)      \
    FIELD(EXIT_MSR_LOAD_ADDRESS,      0x2008, 64)      \
    FIELD(ENTRY_MSR_LOAD_ADDRESS,     0x200A, 64)      \
    FIELD(EXECUTIVE_VMCS_POINTER,     0x200C, 64)      \
    FIELD(PML_ADDRESS,                0x200E, 64)      \
    FIELD(TSC_OFFSET,                 0x2010, 64)      \
    FIELD(VIRTUAL_APIC_ADDRESS,       0x2012, 64)      \
    FIELD(APIC_ACCESS_ADDRESS,        0x2014, 64)      \
    FIELD(POSTED_INTERRUPT_ADDRESS,   0x2016, 64)      \
    FIELD(VM_FUNCTION_CONTROLS,       0x2018, 64)      \
    FIELD(EPT_POINTER,                0x201A, 64)      \
    FIELD(EOI_EXIT_BITMAP_0,          0x201C, 64)      \
    FIELD(EOI_EXIT_BITMAP_1,          0x201E, 64)      \
    FIELD(EOI_EXIT_BITMAP_2,          0x2020, 64)      \
    FIELD(EOI_EXIT_BITMAP_3,          0x2022, 64)      \
    FIELD(EPTP_LIST_ADDRESS,          0x2024, 64)      \
    FIELD(VMREAD_BITMAP,              0x2026, 64)      \
    FIELD(VMWRITE_BITMAP,             0x2028, 64)      \
    FIELD(VE_INFORMATION_ADDRESS,     0x202A, 64)      \
    FIELD(XSS_EXITING_BITMAP,         0x202C, 64)      \
    FIELD(ENCLS_EXITING_BITMAP,       0x202E, 64)      \
    FIELD(TSC_MULTIPLIER,             0x2032, 64)      \
    FIELD(ENCLV_EXITING_BITMAP,       0x2036, 64)      \
    /* 64-bit read-only data field */                  \
    FIELD(GUEST_PHYSICAL_ADDRESS,     0x2400, 64)      \
    /* 64-bit guest-state fields */                    \
    FIELD(VMCS_LINK_POINTER,          0x2800, 64)      \
    FIELD(GUEST_DEBUGCTL,             0x2802, 64)      \
    FIELD(GUEST_PAT,                  0x2804, 64)      \
    FIELD(GUEST_EFER,                 0x2806, 64)      \
    FIELD(GUEST_PERF_GLOBAL_CTRL,     0x2808, 64)      \
    FIELD(GUEST_PDPTE0,               0x280A, 64)      \
    FIELD(GUEST_PDPTE1,               0x280C, 64)      \
    FIELD(GUEST_PDPTE2,               0x280E, 64)      \
    FIELD(GUEST_PDPTE3,               0x2810, 64)      \
    FIELD(GUEST_BNDCFGS,              0x2812, 64)      \
    /* 64-bit host-state fields */                     \
    FIELD(HOST_PAT,                   0x2C00, 64)      \
    FIELD(HOST_EFER,                  0x2C02, 64)      \
    FIELD(HOST_PERF_GLOBAL_CTRL,      0x2C04, 64)      \
    /* 32-bit control fields */                        \
    FIELD(PIN_CONTROLS,               0x4000, 32)      \
    FIELD(CPU_CONTROLS,               0x4002, 32)      \
    FIELD(EXCEPTION_BITMAP,           0x4004, 32)      \
    FIELD(PAGE_FAULT_MASK,            0x4006, 32)      \
    FIELD(PAGE_FAULT_MATCH,           0x4008, 32)      \
    FIELD(CR3_TARGET_COUNT,           0x400A, 32)      \
    FIELD(EXIT_CONTROLS,              0x400C, 32)      \
    FIELD(EXIT_MSR_STORE_COUNT,       0x400E, 32)      \
    FIELD(EXIT_MSR_LOAD_COUNT,        0x4010, 32)      \
    FIELD(ENTRY_CONTROLS,             0x4012, 32)      \
    FIELD(ENTRY_MSR_LOAD_COUNT,       0x4014, 32)      \
    FIELD(ENTRY_INTERRUPTION_INFO,    0x4016, 32)      \
    FIELD(ENTRY_EXCEPTION_ERROR_CODE, 0x4018, 32)      \
    FIELD(ENTRY_INSTRUCTION_LENGTH,   0x401A, 32)      \
    FIELD(TPR_THRESHOLD,              0x401C, 32)      \
    FIELD(CPU2_CONTROLS,              0x401E, 32)      \
    FIELD(PLE_GAP,                    0x4020, 32)      \
    FIELD(PLE_WINDOW,                 0x4022, 32)      \
    /* 32-bit read-only data fields */                 \
    FIELD(VM_INSTRUCTION_ERROR,       0x4400, 32)      \
    FIELD(EXIT_REASON,                0x4402, 32)      \
    FIELD(EXIT_INTERRUPTION_INFO,     0x4404, 32)      \
    FIELD(EXIT_INTERRUPTION_ERROR,    0x4406, 32)      \
    FIELD(IDT_VECTORING_INFO,         0x4408, 32)      \
    FIELD(IDT_VECTORING_ERROR,        0x440A, 32)      \
    FIELD(EXIT_INSTRUCTION_LENGTH,    0x440C, 32)      \
    FIELD(EXIT_INSTRUCTION_INFO,      0x440E, 32)      \
    /* 32-bit guest-state fields */                    \
    FIELD(GUEST_ES_LIMIT,             0x4800, 32)      \
    FIELD(GUEST_CS_LIMIT,             0x4802, 32)      \
    FIELD(GUEST_SS_LIMIT,             0x4804, 32)      \
    FIELD(GUEST_DS_LIMIT,             0x4806, 32)      \
    FIELD(GUEST_FS_LIMIT,             0x4808, 32)      \
    FIELD(GUEST_GS_LIMIT,             0x480A, 32)      \
    FIELD(GUEST_LDTR_LIMIT,           0x480C, 32)      \
    FIELD(GUEST_TR_LIMIT,             0x480E, 32)      \
    FIELD(GUEST_GDTR_LIMIT,           0x4810, 32)      \
    FIELD(GUEST_IDTR_LIMIT,           0x4812, 32)      \
    FIELD(GUEST_ES_ACCESS,            0x4814, 32)      \
    FIELD(GUEST_CS_ACCESS,            0x4816, 32)      \
    FIELD(GUEST_SS_ACCESS,            0x4818, 32)      \
    FIELD(GUEST_DS_ACCESS,            0x481A, 32)      \
    FIELD(GUEST_FS_ACCESS,            0x481C, 32)      \
    FIELD(GUEST_GS_ACCESS,            0x481E, 32)      \
    FIELD(GUEST_LDTR_ACCESS,          0x4820, 32)      \
    FIELD(GUEST_TR_ACCESS,            0x4822, 32)      \
    FIELD(GUEST_INTERRUPTIBILITY,     0x4824, 32)      \
    FIELD(GUEST_ACTIVITY,             0x4826, 32)      \
    FIELD(GUEST_SMBASE,               0x4828, 32)      \
    FIELD(GUEST_SYSENTER_CS,          0x482A, 32)      \
    FIELD(PREEMPTION_TIMER,           0x482E, 32)      \
    /* 32-bit host-state field */                      \
    FIELD(HOST_SYSENTER_CS,           0x4C00, 32)      \
    /* Natural-width control fields */                 \
    FIELD(CR0_MASK,                   0x6000, NATURAL) \
    FIELD(CR4_MASK,                   0x6002, NATURAL) \
    FIELD(CR0_SHADOW,                 0x6004, NATURAL) \
    FIELD(CR4_SHADOW,                 0x6006, NATURAL) \
    FIELD(CR3_TARGET_0,               0x6008, NATURAL) \
    FIELD(CR3_TARGET_1,               0x600A, NATURAL) \
    FIELD(CR3_TARGET_2,               0x600C, NATURAL) \
    FIELD(CR3_TARGET_3,               0x600E, NATURAL) \
    /* Natural-width read-only data fields */          \
    FIELD(EXIT_QUALIFICATION,         0x6400, NATURAL) \
    FIELD(IO_RCX,                     0x6402, NATURAL) \
    FIELD(IO_RSI,                     0x6404, NATURAL) \
    FIELD(IO_RDI,                     0x6406, NATURAL) \
    FIELD(IO_RIP,                     0x6408, NATURAL) \
    FIELD(GUEST_LINEAR_ADDRESS,       0x640A, NATURAL) \
    /* Natural-width guest-state fields */             \
    FIELD(GUEST_CR0,                  0x6800, NATURAL) \
    FIELD(GUEST_CR3,                  0x6802, NATURAL) \
    FIELD(GUEST_CR4,                  0x6804, NATURAL) \
    FIELD(GUEST_ES_BASE,              0x6806, NATURAL) \
    FIELD(GUEST_CS_BASE,              0x6808, NATURAL) \
    FIELD(GUEST_SS_BASE,              0x680A, NATURAL) \
    FIELD(GUEST_DS_BASE,              0x680C, NATURAL) \
    FIELD(GUEST_FS_BASE,              0x680E, NATURAL) \
    FIELD(GUEST_GS_BASE,              0x6810, NATURAL) \
    FIELD(GUEST_LDTR_BASE,            0x6812, NATURAL) \
    FIELD(GUEST_TR_BASE,              0x6814, NATURAL) \
    FIELD(GUEST_GDTR_BASE,            0x6816, NATURAL) \
    FIELD(GUEST_IDTR_BASE,            0x6818, NATURAL) \
    FIELD(GUEST_DR7,                  0x681A, NATURAL) \
    FIELD(GUEST_RSP,                  0x681C, NATURAL) \
    FIELD(GUEST_RIP,                  0x681E, NATURAL) \
    FIELD(GUEST_RFLAGS,               0x6820, NATURAL) \
    FIELD(GUEST_PENDING_DEBUG,        0x6822, NATURAL) \
    FIELD(GUEST_SYSENTER_ESP,         0x6824, NATURAL) \
    FIELD(GUEST_SYSENTER_EIP,         0x6826, NATURAL) \
    /* Natural-width host-state fields */              \
    FIELD(HOST_CR0,                   0x6C00, NATURAL) \
    FIELD(HOST_CR3,                   0x6C02, NATURAL) \
    FIELD(HOST_CR4,                   0x6C04, NATURAL) \
    FIELD(HOST_FS_BASE,               0x6C06, NATURAL) \
    FIELD(HOST_GS_BASE,               0x6C08, NATURAL) \
    FIELD(HOST_TR_BASE,               0x6C0A, NATURAL) \
    FIELD(HOST_GDTR_BASE,             0x6C0C, NATURAL) \
    FIELD(HOST_IDTR_BASE,             0x6C0E, NATURAL) \
    FIELD(HOST_SYSENTER_ESP,          0x6C10, NATURAL) \
    FIELD(HOST_SYSENTER_EIP,          0x6C12, NATURAL) \
    FIELD(HOST_RSP,                   0x6C14, NATURAL) \
    FIELD(HOST_RIP,                   0x6C16, NATURAL)
// clang-format on

#define VMCS_FIELD_NUMBER(name, encoding, width) name = encoding,
enum vmcs_field { VMCS_FIELDS(VMCS_FIELD_NUMBER) };
#undef VMCS_FIELD_NUMBER

// The width column says the same as bits 14:13 of the encoding.
enum vmcs_width { WIDTH_16, WIDTH_64, WIDTH_32, WIDTH_NATURAL };
#define VMCS_WIDTH(encoding) ((enum vmcs_width)((encoding) >> 13 & 3))
#define VMCS_FIELD_WIDTH(name, encoding, width)                                                    \
    _Static_assert(VMCS_WIDTH(encoding) == WIDTH_##width, #name ": width and encoding disagree");
VMCS_FIELDS(VMCS_FIELD_WIDTH)
#undef VMCS_FIELD_WIDTH

// The same table for loops over all fields.
struct vmcs_field_row {
    enum vmcs_field field;
    const char *name;
};

extern const struct vmcs_field_row vmcs_field_table[];
extern const size_t vmcs_field_count;

// "GUEST_CR0" for GUEST_CR0; "?" for a number that is no field.
const char *vmcs_field_name(enum vmcs_field field);

#endif

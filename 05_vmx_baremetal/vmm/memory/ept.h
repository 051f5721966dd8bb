// Extended page tables: from guest-physical addresses (GPA) to host-physical ones (HPA). What is
// not mapped here doesn't exist for the guest, whatever the guest's own page tables say.
//
//   GPA  47     39 38     30 29     21 20     12 11      0
//       +---------+---------+---------+---------+---------+
//       |  PML4E  |  PDPTE  |   PDE   |   PTE   | offset  |    each index picks one of 512 entries
//       +---------+---------+---------+---------+---------+
//
//   entry  63   52 51          12 11      8   7    6   5   3  2 1 0
//         +-------+--------------+---------+----+----+------+-+-+-+   leaf: a PTE, or a PDE with
//         |   0   | HPA of table |    0    |leaf|IPAT| type |X|W|R|   bit 7 (a page of 2 MiB)
//         |       |   or page    |         |    |    |      | | | |   R, W, X all 0: not present
//         +-------+--------------+---------+----+----+------+-+-+-+
//
// Source: SDM Vol. 3, "The Extended Page Table Mechanism (EPT)".

#ifndef VMM_MEMORY_EPT_H
#define VMM_MEMORY_EPT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vmx/capability.h"

#define EPT_READ    (1u << 0)
#define EPT_WRITE   (1u << 1)
#define EPT_EXECUTE (1u << 2)
#define EPT_ALL     (EPT_READ | EPT_WRITE | EPT_EXECUTE)

#define EPT_LEVELS 4

struct ept {
    uint64_t *root;  // the PML4
    // What an entry of each level says where nothing is mapped: 0, not present, or where ept_fill()
    // has put an empty bus. Level 1 is a PTE; 0 stays unused.
    uint64_t nothing[EPT_LEVELS + 1];
    // What ept_cover() has put aside, and puts back: an entry of a table of this level; or NULL.
    struct {
        uint64_t *entry, was;
        unsigned level;
    } covered;
};

enum ept_status {
    EPT_OK,
    EPT_UNALIGNED,  // an address or the size is no multiple of 4 KiB
    EPT_TOO_HIGH,   // beyond the 48 bits of a GPA that four levels translate
    EPT_TAKEN,      // part of the range is mapped already
};

// The way of one GPA through the tables.
struct ept_walk {
    unsigned depth;              // entries read: 1 to 4, the PML4E first
    uint64_t entry[EPT_LEVELS];  // their values
    bool mapped;                 // the last one maps the GPA to ...
    uint64_t hpa;                // ... this address ...
    uint64_t page_size;          // ... in a page of so many bytes; in a hole: the hole's size
};

// Makes an empty table: no GPA is mapped.
void ept_create(struct ept *ept);

// Gives back the tables, and the page of ept_fill(). Calls `release`, unless it is NULL, with each
// page that ept_map() mapped.
void ept_destroy(struct ept *ept, void (*release)(uint64_t hpa, uint64_t size));

// Maps `size` bytes at `gpa` to `hpa` with rights `access`, as write-back memory. Pages are of 2
// MiB where both addresses allow it, otherwise of 4 KiB. Anything but EPT_OK may leave the first
// part of the range mapped. The caller drops old translations from the CPU if the table is in use.
enum ept_status ept_map(struct ept *ept, uint64_t gpa, uint64_t hpa, uint64_t size,
                        unsigned access);

// Wherever nothing is mapped, all 48 bits of it, the guest finds an empty bus from now on: it reads
// ones, and what it executes there is FF FF, which is #UD. A write is an EPT violation as before.
// Takes four pages: all holes of a size share one table. Mapping goes on as before. Once only.
void ept_fill(struct ept *ept);

// Makes a hole of the page at `gpa`, which has no memory: even behind ept_fill(), each access to it
// is an EPT violation.
enum ept_status ept_hole(struct ept *ept, uint64_t gpa);

// The same over memory, for the time being: what was there before is there again with the next
// call, or behind ept_destroy(). Takes three pages at most. The caller drops old translations from
// the CPU. Nothing is mapped meanwhile.
enum ept_status ept_cover(struct ept *ept, uint64_t gpa);

// Leaves the rights `access` to what is mapped in `size` bytes at `gpa`, multiples of 4 KiB; of a
// large page to all of it. The caller drops old translations from the CPU where rights are taken.
void ept_allow(struct ept *ept, uint64_t gpa, uint64_t size, unsigned access);

// Follows `gpa` as the CPU does.
struct ept_walk ept_walk(const struct ept *ept, uint64_t gpa);

// True if the walk leads to something that ept_map() mapped, and not to an empty bus.
bool ept_is_memory(const struct ept *ept, const struct ept_walk *walk);

// True if the table leads to any byte of [first, last] in host-physical memory, but for the page of
// ept_fill().
bool ept_reaches(const struct ept *ept, uint64_t first, uint64_t last);

// The value of the VMCS field EPT_POINTER: root, four levels, tables in write-back memory.
uint64_t ept_pointer(const struct ept *ept);

// Why a CPU with the abilities of `cap` refuses an entry of level 4 (PML4E) to 1 (PTE), or NULL if
// it doesn't. Source: "EPT Misconfigurations".
const char *ept_entry_fault(const struct vmx_capability *cap, uint64_t entry, unsigned level);

#endif

# shellcheck shell=sh
# Explains a report: each function is the answer to one question, and prints one number.
#
# From the report, as 0x numbers: $rip; $base, that of CS; $length, of the instruction;
# $qualification; $gpa; $vectoring, what it calls "IDT vectoring".
#
#   port() { echo $((qualification & 1)); }     # how an answer looks; this one is wrong

not_done() {
    echo "05-15: not done yet"
    exit 2
}

# Any exit: the linear address of the instruction that left the guest.
linear() { not_done; }

# Any exit: RIP, if the instruction is emulated and the guest goes on behind it.
next() { not_done; }

# An I/O instruction, exit reason 30: the port.
port() { not_done; }

# An I/O instruction: how many bytes at once, 1, 2 or 4.
bytes() { not_done; }

# An I/O instruction: 1 for IN, 0 for OUT.
is_in() { not_done; }

# An EPT violation, exit reason 48: 1 for a write, else 0.
is_write() { not_done; }

# An EPT violation: 1 if it was an entry of the guest's own page tables that was touched, else 0.
is_walk() { not_done; }

# An EPT violation: which entry of the EPT's PML4 the address goes through, from 0 on.
pml4_index() { not_done; }

# An EPT violation: which entry of the last table, where pages are of 4 KiB.
pt_index() { not_done; }

# Any exit: the vector of the event that was on its way into the guest, or 256 if none was.
vector() { not_done; }

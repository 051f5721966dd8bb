# Where a byte of the firmware's image is, for an image of SIZE bytes and a byte at OFFSET in it: each
# function prints the answer for its arguments. $((...)) computes; printf '0x%x\n' prints hexadecimal.

# rom SIZE OFFSET: its guest-physical address in the ROM.
rom() {
    echo "02-05: not done yet"
}

# shadow SIZE OFFSET: its guest-physical address in the copy below 1 MiB, or "none".
shadow() {
    echo "02-05: not done yet"
}

# real_mode SIZE OFFSET: the offset at which real-mode code with CS = F000h finds it, or "none".
real_mode() {
    echo "02-05: not done yet"
}

# slots SIZE MIB: how many memory slots the machine has, with MIB MiB of RAM.
slots() {
    echo "02-05: not done yet"
}

# fetches JUMPS IP: the guest-physical address from which the CPU fetches at F000:IP, when it has done these
# jumps since the reset: "none", or "near" and "far" in their order.
fetches() {
    echo "02-05: not done yet"
}

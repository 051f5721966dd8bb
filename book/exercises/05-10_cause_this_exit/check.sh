#!/bin/sh
# 05-10: the guest ends as asked: twice by a port, three times by an EPT violation.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build

# wish EXIT QUALIFICATION GPA: runs the reader's guest with this wish.
wish() {
    assemble $stage/wish.asm "$tmp/wish.bin" -DEXIT="$1" -DQUALIFICATION="$2" -DGPA="$3"
    vmx_run "$tmp/wish.bin"
    reason=$(printf '%s\n' "$ours" | sed -n 's/^guest .* stopped at .*(exit reason \([0-9]*\))$/\1/p')
    qualification=$(printf '%s\n' "$ours" | sed -n 's/^ *exit qualification \([0-9a-f]*\) .*/0x\1/p')
    gpa=$(printf '%s\n' "$ours" | sed -n 's/^ *GPA \([0-9a-f]*\).*/0x\1/p')
    expect "exit reason $1" "exit reason ${reason:-none: the guest ended with status $status}" \
        "asked for: EXIT $1, QUALIFICATION $2, GPA $3. 30 is an I/O instruction, 48 an EPT violation"
}

for port_in_dx in 0 1; do
    random 3
    size=$((r == 2 ? 3 : r)) # 0, 1, 3: bytes - 1
    random 2
    direction=$((r << 3))
    random 250
    port=$((r + 2)) # not 1, which is served
    if [ $port_in_dx = 1 ]; then
        random 60000
        port=$((r + 1000))
    fi
    wanted=$(printf '0x%x' $((port << 16 | !port_in_dx << 6 | direction | size)))
    wish 30 "$wanted" 0
    expect "exit qualification $wanted" "exit qualification $qualification" \
        "\"Exit Qualification for I/O Instructions\": size - 1 in bits 2:0, IN bit 3, bit 6 for a port in the instruction, 31:16 the port"
done

for access in 1 2 4; do
    random 60000
    page=$r
    random 16
    wanted=$(printf '0x%x' $((0x1000 + page * 16 % 0xFE000 + r)))
    wish 48 $access "$wanted"
    expect "access $access" "access $((qualification & 7))" \
        "\"Exit Qualification for EPT Violations\": bit 0 is a read, bit 1 a write, bit 2 a fetch"
    expect "GPA $wanted" "GPA $gpa" "in real mode the address is segment * 16 + offset"
done
pass

#!/bin/sh
# Debian's seabios, 1.16.2-1 (Debian 12) against 1.16.3-2 (13): bios.bin, the image of 128 KiB, has lost
# its debug console at port 402h; bios-256k.bin has kept it. Whoever boots bios.bin outside of QEMU and
# waits for its log sees nothing at all, not even an error: without the console the firmware has no way
# to speak before a screen is there.
#
# Seen: in 1.16.2-1 both images hold the question whether the port is there, `in al, dx; cmp al, E9h`
# (EC 3C E9), and the answer that they want; in 1.16.3-2 bios.bin doesn't. (Its changelog has it as
# "turn off [...] DEBUG_IO for 128k bios variant", for want of room.)
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for version in 1.16.2-1 1.16.3-2; do
    curl -sfo "$version.deb" "http://deb.debian.org/debian/pool/main/s/seabios/seabios_${version}_all.deb"
    dpkg-deb -x "$version.deb" "$version"
done

# asks IMAGE: does it hold the three bytes of the question?
asks() {
    if LC_ALL=C grep -qaP '\xEC\x3C\xE9' "$1/usr/share/seabios/$2"; then echo asks; else echo silent; fi
}
seen=
for version in 1.16.2-1 1.16.3-2; do
    for image in bios.bin bios-256k.bin; do
        seen="$seen$version $image: $(asks $version $image)
"
    done
done
printf '%s' "$seen"
[ "$seen" = '1.16.2-1 bios.bin: asks
1.16.2-1 bios-256k.bin: asks
1.16.3-2 bios.bin: silent
1.16.3-2 bios-256k.bin: asks
' ]

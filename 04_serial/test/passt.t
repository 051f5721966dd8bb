#!/bin/sh
# shellcheck disable=SC2016 # the guest's shell shall expand it
# NET=passt, as a reader types it, on KVM as in the KVM lab: the guest has an address and a way out, and
# data goes both ways; when passt is gone, there is no carrier.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
command -v passt >/dev/null || skip_all "passt is missing"
awk '$2 == "00000000" { found = 1 } END { exit !found }' /proc/net/route || skip_all "this machine has no network"
folder=$tmp/folder
mkdir "$tmp/www" "$folder"
chmod 711 "$tmp"
chmod 777 "$folder" # as root, passt becomes nobody
head -c 16777216 /dev/urandom >"$tmp/www/data"
sum=$(md5sum <"$tmp/www/data")

# Two free ports: a web server's, and one that keeps what it is sent.
port=$((20000 + $$ % 10000))
until busybox httpd -f -p 127.0.0.1:$port -h "$tmp/www" & sleep 1 && kill -0 $!; do
    port=$((port + 2))
done 2>/dev/null
server=$!
mkfifo "$tmp/nothing" # an input that doesn't end: nc would hang up
busybox nc -l -p $((port + 1)) <>"$tmp/nothing" >"$tmp/sent" &
receiver=$!

# guest COMMAND: runs it; $out is without carriage returns. In make's hands, each $ is two. What comes to no
# end is no result: QEMU's emulation of SVM has been seen to freeze, and its lab with it.
guest() {
    run 900 env TMPDIR="$folder" make -s run NET=passt MEMORY=256M \
        CMDLINE="console=ttyS0 quiet cryptomgr.notests run=\"$(echo "$1" | sed 's/\$/$$/g')\""
    out=$(printf '%s\n' "$out" | tr -d '\r')
    [ "$status" -ne 124 ] || exit 124
}

# Waits until nothing is left in the folder, but not for ever.
left() {
    left_wait=0
    until [ -z "$(ls "$folder")" ] || [ $left_wait -ge 300 ]; do sleep 1 && left_wait=$((left_wait + 1)); done
}

# passt takes the gateway's address for this machine.
guest "set -- \$(ip route | grep ^default); echo gateway \$3; cd /tmp; wget -q http://\$3:$port/data; md5sum <data; nc \$3 $((port + 1)) <data"
kill $server $receiver 2>/dev/null
is "$status" 0 "status 0"
like "$out" "^guest: eth0 has [0-9.]+$" "the guest has an address"
like "$out" "^gateway [0-9.]+$" "and a way out"
like "$out" "^$sum" "16 MiB to the guest"
is "$(md5sum <"$tmp/sent")" "$sum" "and back"
left
is "$(ls "$folder")" "" "nothing is left of it"

(
    until grep -q ^there "$tmp/out"; do sleep 1 && kill -0 $$ || exit; done
    kill "$(cat "$folder"/*/pid)"
) &
guest 'echo there; until [ $(cat /sys/class/net/eth0/carrier) = 0 ]; do sleep 1; done; echo gone'
is "$status" 0 "passt goes away: status 0"
like "$out" "^gone$" "the guest has no carrier"

# Somebody kills it all before a guest has come.
left
TMPDIR=$folder virtio/with-passt sh -c 'exec sleep 1000' &
guest=$!
until passt=$(cat "$folder"/*/pid 2>/dev/null) && [ -n "$passt" ]; do sleep 1; done
kill -9 $guest
wait $guest
left
is "$(ls "$folder")" "" "whoever is killed leaves nothing behind"
wait=0
while kill -0 "$passt" 2>/dev/null && [ $wait -lt 300 ]; do sleep 1 && wait=$((wait + 1)); done
[ $wait -lt 300 ]
ok $? "not even passt"

# What it leaves behind is a socket at which nobody listens.
passt --quiet --one-off --socket "$folder/left" --pid "$folder/pid" 2>"$tmp/log" || diag "$(cat "$tmp/log")"
kill "$(cat "$folder/pid")"
sleep 2
run 300 make -s run NET=socket="$folder/left"
is "$status" 2 "nobody listens: status 2"
like "$err" "$folder/left: Connection refused, expected a stream socket at which somebody listens$" "nobody listens: the line"

done_testing

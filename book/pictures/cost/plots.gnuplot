# What stage 05 costs, from the tables beside this file: `make -C book plots`.
#
# Each plot is drawn twice, for a screen and for a phone: `width` and `suffix` are given with -e.
#
# A table's columns are separated by tabs, its first line names them; lines that begin with # say how it was measured.

set datafile separator tab
set datafile columnheaders
set encoding utf8

ink = '#d9dce0'
grey = '#8e96a0'  # axes, and numbers at the bars
array colours[8] = ['#7fb4ee', '#e0b050', '#68b060', '#e06c60', '#b48ede', '#5fc0c0', ink, grey]

set style fill solid noborder
set border 0
set key textcolor rgb ink noenhanced samplen 1 reverse Left
set tics scale 0 textcolor rgb ink
room = width < 500 ? 1.5 : 1.2  # as long as the longest bar with the number behind it
picture = "set terminal svg background '#16191d' font 'sans-serif,13' size " . width . ","
title = "set title font ',14' textcolor rgb ink noenhanced offset 0,0.3 "

# 1234567 is 1,234,567, whatever the locale.
comma(n) = n < 1000 ? sprintf('%d', n) : comma(int(n) / 1000) . sprintf(',%03d', int(n) % 1000)

# The boot: a bar for each column, its parts one behind the other.
eval picture . (width < 500 ? '260' : '200')
set output 'boot'.suffix
eval title . "'A boot of Linux to its login, in ticks'"
array part[8]
array total[2] = [0, 0]
parts = 0
set yrange [0:1]
set table $read
plot 'boot.tsv' using (total[1] = total[1] + $2, total[2] = total[2] + $3, \
    parts = parts + 1, part[parts] = strcol(1), parts):(0)
unset table
do for [bar = 1:2] {
    set label bar comma(total[bar]) at total[bar], 2 - bar offset 1,0 textcolor rgb grey
}
array end[2] = [0, 0]
behind(bar, ticks) = (end[bar] = end[bar] + ticks, end[bar] - ticks)
set xrange [0:room * total[2]]
set yrange [-0.6:1.6]
unset xtics
set ytics ('bare' 1, 'hypervisor' 0)
set key below left samplen 2
plot for [i = 1:parts] for [bar = 1:2] 'boot.tsv' every ::i - 1::i - 1 \
    using (0):(0):(behind(bar, column(bar + 1))):(end[bar]):(1.7 - bar):(2.3 - bar) \
    with boxxyerror linecolor rgb colours[i] title bar == 1 ? part[i] : ''

# The exits so far, a line for each reason, in the order of the table of exits.
eval picture . '440'
set output 'series'.suffix
eval title . "'VM exits over the boot, by reason'"
unset label
set xlabel 'seconds since power-on' textcolor rgb grey offset 0,0.5
set key height 1
set xtics autofreq scale 0 textcolor rgb grey
set ytics autofreq scale 0 textcolor rgb grey
set grid ytics linetype 1 linecolor rgb '#2a3038'
set xrange [0:*] noextend
set datafile missing NaN
array reason[16]  # more than colours: the rarest are left out
reasons = 0
set yrange [0:1]
set table $read
plot 'exits.tsv' using (reasons = reasons + 1, reason[reasons] = strcol(1), reasons):(0)
unset table
set yrange [0:*] noextend
plot for [i = 1:reasons < |colours| ? reasons : |colours|] 'series.tsv' using 1:(strcol(2) eq reason[i] ? $3 : NaN) \
    with lines linewidth 2 linecolor rgb colours[i] title reason[i]

# The exits for a byte: a bar for each row.
eval picture . '250'
set output 'bytes'.suffix
eval title . "'VM exits for each byte'"
unset xlabel
unset xtics
unset grid
unset key
set ytics autofreq noenhanced textcolor rgb ink
stats 'bytes.tsv' using 2 nooutput
set xrange [0:room * STATS_max]
set yrange [*:*] reverse
plot 'bytes.tsv' using (0):0:(0):2:($0 - 0.35):($0 + 0.35):yticlabels(1) with boxxyerror linecolor rgb colours[1], \
    'bytes.tsv' using 2:0:2 with labels left offset 1,0 textcolor rgb grey

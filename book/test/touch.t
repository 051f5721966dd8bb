#!/usr/bin/perl
# The pages to touch, in a browser: what they show is what was recorded, every exit has its handler's code, and the steps of a page
# walk lead from one to the next.

use strict;
use warnings;
no warnings 'portable';  # 64 bits
use Cwd ();
use File::Temp ();
use FindBin ();
use JSON::PP ();
use lib "$FindBin::Bin/../tools/lib";
use Test::More;
use Browser;

my $book = Cwd::abs_path("$FindBin::Bin/..");
my $site = "$book/build/site";
is(system("$book/tools/site", $site), 0, 'the site is made') or BAIL_OUT('no site');

sub data {
    open my $in, '<:raw', "$book/touch/$_[0]_data.js" or die "$_[0]: $!\n";
    my ($json) = join('', <$in>) =~ /^book\w+\((.*)\);$/ms or die "$_[0]: no data\n";
    return JSON::PP::decode_json($json);
}

# What was recorded agrees with itself.
my $stages = data('exits');
for my $stage (@$stages) {
    my ($rows, $bars) = (0, 0);
    $rows += $_->[0] for @{$stage->{rows}};
    $bars += $_ for map { values %$_ } @{$stage->{over}};
    is("$rows $bars", "$stage->{total} $stage->{total}", "$stage->{stage}: rows and bars have all exits");
}
is(join(' ', map { $_->{stage} } @$stages), '01_hello 02_bios 03_linux_boot 04_serial 05_vmx_baremetal', 'of each stage');

# They can still be recorded: the shortest run again. Registers differ between machines.
my $folder = File::Temp->newdir;
my ($again) = `'$book/tools/record/exits' '$folder' 01_hello` =~ /^bookExits\((.*)\);$/ms;
my $kinds = sub { join ' ', map { "$_->[1]=$_->[2]" } @{$_[0]{rows}} };
is($again && $kinds->(JSON::PP::decode_json($again)->[0]), $kinds->($stages->[0]), 'and stage 01 is recorded in the same way today');

my $walks = data('walks');
sub number { return hex $_[0] }
for my $walk (@$walks) {
    my @columns = @{$walk->{columns}};
    my $gva = number($walk->{gva});
    my $next = defined $walk->{cr3} ? (number($walk->{cr3}) & ~0xfff) + 8 * ($gva >> 39 & 511) : $gva;
    my @wrong;
    for my $c (0 .. $#columns) {
        my ($gpa, $hpa, $value) = map { number($columns[$c]{$_}) } qw(gpa hpa value);
        push @wrong, "column $c begins at $columns[$c]{gpa}" if $gpa != $next;
        my @ept = map { number($_) } @{$columns[$c]{ept}};
        my $page = 1 << 12 + 9 * (4 - @ept);
        push @wrong, "column $c ends at $columns[$c]{hpa}" if $hpa != ($ept[-1] & 0xffffffffff000 & ~($page - 1) | $gpa & $page - 1);
        push @wrong, "column $c has a large page too early" if grep { $_ & 0x80 } @ept[0 .. $#ept - 1];
        my $leaf = $c == $#columns - 1 ? 1 << 39 - 9 * $c : 0;
        $next = $leaf ? $value & 0xffffffffff000 & ~($leaf - 1) | $gva & $leaf - 1
            : ($value & 0xffffffffff000) + 8 * ($gva >> 30 - 9 * $c & 511);
    }
    is(join('; ', @wrong), '', "$walk->{name}: each read leads to the next");
}

my $browser = Browser->new or do { note 'no chromium here'; done_testing; exit };
$browser->size(1440, 900);

# The exits.
my $choose = sub {
    my ($select, $value) = @_;
    $browser->value("{ const select = document.getElementById('$select'); select.value = '$value'; select.dispatchEvent(new Event('change')); }");
};
$browser->open_page("file://$site/touch/exits.html");
is($browser->value('document.querySelectorAll("#exits-stage option").length'), scalar @$stages, 'a run of each stage can be picked');
for my $i (0 .. $#$stages) {
    $choose->('exits-stage', $i);
    is($browser->value('[...document.querySelectorAll(".rows li")].filter((li) => li.row).length'),
        scalar(grep { @$_ > 1 } @{$stages->[$i]{rows}}), "$stages->[$i]{stage}: all rows");
    is($browser->value(<<'END'), '', 'a click on each kind shows the code that answers (if not: make -C book records, and its listing)');
        [...new Map([...document.querySelectorAll(".rows li")].filter((li) => li.row)
            .map((li) => [li.row.kinds.join(), li])).values()].map((li) => {
            li.click();
            return document.querySelector(".detail figure pre") ? "" : li.textContent;
        }).filter((text) => text).slice(0, 5).join("; ")
END
}
$choose->('exits-stage', 0);
$browser->value('document.querySelectorAll(".rows li")[2].click()');
my $detail = $browser->value('document.querySelector(".detail").innerText');
like($detail, qr/Exit 3: out 1h.*\brip\b.*\bf\b.*transmit/s, 'a click shows the exit, its registers, and its code');
my $press = sub {
    $browser->value("document.querySelector('.rows').dispatchEvent(new KeyboardEvent('keydown', {key: '$_[0]', bubbles: true}))");
    return $browser->value('document.querySelector(".detail h2").textContent');
};
like($press->('ArrowDown'), qr/^Exit 4:/, 'the arrow keys go down');
is($browser->value('[...document.querySelectorAll(".registers mark")].map((value) => value.parentElement.previousSibling.textContent).join(" ")'),
    join(' ', reverse sort map { /^(\w+)=/ } split / /, $stages->[0]{rows}[3][3]), 'what has changed since the exit before is marked');
like($press->('ArrowUp'), qr/^Exit 3:/, 'and up');
like($press->('End'), qr/^Exit 12: HLT/, 'and to the end');
$choose->('exits-stage', 2);
my $summary = '+document.querySelector(".summary").textContent.replace(/,/g, "").split(" ")[0]';
$choose->('exits-device', 'serial port');
is($browser->value('[...document.querySelectorAll(".rows li")].filter((li) => !li.hidden && !/3F.h/.test(li.textContent)).length'), 0,
    'a filter leaves one device');
my $serial = $browser->value($summary);
$choose->('exits-what', 'out:3f8');
my $sent = 0;
$sent += $_->{'out:3f8'} // 0 for @{$stages->[2]{over}};
is($browser->value($summary), $sent, 'and one port');
cmp_ok($serial, '>', $sent, 'which are fewer');
$choose->('exits-device', '');
$choose->('exits-what', '');
$browser->value('document.querySelectorAll(".strip button")[90].click()');
cmp_ok($browser->value('+document.querySelector(".detail h2").textContent.replace(/,/g, "").match(/\\d+/)[0]'), '>',
    $stages->[2]{total} * 0.8, 'a click into the strip goes to that part of the run');
is($browser->value('document.querySelector(".rows").scrollTop > 0'), JSON::PP::true, 'which is scrolled to');
is(join("\n", $browser->complaints), '', 'without a complaint, and without asking anybody');

# The walks.
$browser->open_page("file://$site/touch/walks.html");
for my $i (0 .. $#$walks) {
    my @columns = @{$walks->[$i]{columns}};
    my $reads = $#columns;
    $reads += @{$_->{ept}} for @columns;
    $choose->('walk-choice', $i);
    my $steps = 0;
    $steps++ while $browser->value('{ const next = document.querySelectorAll(".controls button")[1]; next.disabled ? false : (next.click(), true) }');
    is($steps, $reads, "$walks->[$i]{name}: $reads reads");
    like($browser->value('document.querySelector(".detail").innerText'), qr/HPA \U$columns[-1]{hpa}\Eh.* took $reads reads/s, 'lead to the byte');
}
$choose->('walk-choice', 0);
is($browser->value(<<'END'), 'byte 1', 'the arrow keys go on and back, and the focus stays on the page');
    {
        const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        document.querySelectorAll(".controls button")[1].focus();
        [1, 2, 3, 4, 5].forEach(() => press("ArrowRight"));
        const last = document.activeElement.textContent;
        [1, 2, 3, 4, 5].forEach(() => press("ArrowLeft"));
        last + " " + document.querySelector(".grid [aria-current]").textContent;
    }
END
$choose->('walk-choice', 2);
$browser->value('[...document.querySelectorAll(".grid button")].find((button) => button.textContent === "4").click()');
like($browser->value('document.querySelector(".detail").innerText'), qr/^Read 4: The guest's PML4E\s+HPA \U$walks->[2]{columns}[0]{hpa}\Eh says \U$walks->[2]{columns}[0]{value}\Eh/,
    'a click on a read shows it');
is(join("\n", $browser->complaints), '', 'without a complaint, and without asking anybody');

# Without JavaScript there are sentences and tables.
$browser->call('Emulation.setScriptExecutionDisabled', {value => JSON::PP::true});
for my $page (qw(exits walks)) {
    $browser->open_page("file://$site/touch/$page.html");
    my $text = $browser->value('document.querySelector("main").innerText');
    like($text, qr/Here is where the site/, "$page without JavaScript");
    cmp_ok($browser->value('document.querySelectorAll("main table tr").length'), '>', 5, 'has its numbers all the same');
}
done_testing;

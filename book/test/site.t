#!/usr/bin/perl
# The web site in a browser: every page opens and fits, nothing complains, nobody else is asked for anything, and
# the search finds what is there.

use strict;
use warnings;
use Cwd ();
use File::Temp ();
use FindBin ();
use IO::Uncompress::Unzip ();
use lib "$FindBin::Bin/../tools/lib";
use Test::More;
use Browser;

my $site = Cwd::abs_path("$FindBin::Bin/..") . '/build/site';
is(system("$FindBin::Bin/../tools/site", $site), 0, 'the site is made') or BAIL_OUT('no site');
my $browser = Browser->new or plan skip_all => 'no chromium here';

chomp(my @pages = `cd '$site' && find . -name '*.html' | sed 's,^\\./,,' | LC_ALL=C sort`);
cmp_ok(scalar @pages, '>', 5, 'it has pages');

# What is wider than the window, and does not scroll by itself.
my $wide = q{
    [...document.querySelectorAll("main *, nav *, header *")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > innerWidth + 1 && !element.closest("pre");
    }).map((element) => element.tagName + ": " + element.textContent.slice(0, 60)).slice(0, 3).join("; ")
};
# Drawings that a phone shows with letters that nobody reads, or only a part of. Lists of files, a table of numbers and a report
# stay as wide as they are, and scroll.
my $small = q{
    [...document.querySelectorAll("pre.text, svg.diagram, img[src*='/cost/']")].filter((part) =>
        part.tagName === "PRE" ? parseFloat(getComputedStyle(part).fontSize) < 9 || part.scrollWidth > part.clientWidth + 1
        : part.tagName === "IMG" ? 13 * part.clientWidth / part.naturalWidth < 11
        : part.getBoundingClientRect().width < 0.8 * part.viewBox.baseVal.width
    ).map((part) => "too small for a phone: " + (part.getAttribute("aria-label") || part.textContent).slice(0, 60)).join("; ")
};
# What a reader misses who doesn't see the page: a step left out in the headings, a picture or a button without words.
my $unseen = q{
    [...[...document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")].filter((heading, i, all) =>
        heading.tagName[1] - (i > 0 ? all[i - 1].tagName[1] : 0) > 1),
    ...[...document.querySelectorAll("img:not([alt]), svg:not([aria-label])")],
    ...[...document.querySelectorAll("button, a[href]:not([aria-hidden])")].filter((part) => !(part.textContent.trim() || part.title || part.querySelector("img[alt]")))
    ].map((part) => "not for those who don't see it: " + part.outerHTML.slice(0, 80)).join("; ")
};
my $lists = qr{the_whole_tree|16_what_it_costs|05-15_explain|^writing};
for my $width (1440, 1000, 390) {
    $browser->size($width, 900);
    # The pages of source files are all alike: once is enough.
    for my $page (grep { $width < 600 || !m{^code/} } @pages) {
        my @wrong;
        $browser->open_page("file://$site/$page");
        push @wrong, $browser->complaints;
        push @wrong, 'it has no title' if $browser->value('document.title') !~ /Hypervisors, Step by Step$/;
        push @wrong, 'it has no text' if $browser->value('document.querySelector("main").innerText.length') < 50;
        my $scrolls = $browser->value('document.documentElement.scrollWidth') - $width;
        push @wrong, "it scrolls sideways by $scrolls pixels: " . $browser->value($wide) if $scrolls > 0;
        my $down = $browser->value('window.scrollY');
        push @wrong, "it opens $down pixels below its beginning" if $down;
        push @wrong, $browser->value($unseen) || () if $width > 600;
        push @wrong, $browser->value($small) || () if $width < 600 && $page !~ $lists;
        is(join("\n", @wrong), '', "$page at $width pixels");
    }
}

# Links and pictures lead to what is there, in the site as well.
my %missing;
for my $page (@pages) {
    open my $in, '<:encoding(UTF-8)', "$site/$page" or die "$page: $!\n";
    my $html = join '', <$in>;
    my ($folder) = $page =~ m{^(.*/)?};
    for my $link ($html =~ /(?:href|src)="([^"#:]+)(?:#[^"]*)?"/g) {
        $missing{"$page -> $link"} = 1 unless -e "$site/" . ($folder // '') . $link;
    }
}
is(join("\n", sort keys %missing), '', 'every link leads to a file of the site');

# The search, as a reader uses it.
my $search = sub {
    my ($words) = @_;
    return $browser->value(<<"END");
        new Promise((resolve) => {
            const query = document.getElementById("query");
            query.value = "$words";
            query.focus();
            query.dispatchEvent(new Event("input"));
            const wait = () => {
                const items = [...document.querySelectorAll("#results li")];
                if (items.length > 0)
                    resolve(items.map((item) => (item.querySelector("a") || {}).href + " " + item.innerText).join("\\n"));
                else
                    setTimeout(wait, 20);
            };
            wait();
        })
END
};
$browser->size(1440, 900);
$browser->open_page("file://$site/01_hello/1_a_vm_is_a_file_descriptor.html");
like($search->('kvm_create_vm'), qr{01_hello/1_a_vm_is_a_file_descriptor\.html}, 'the search finds KVM_CREATE_VM');
like($search->('nosuchwordatall'), qr/Nothing has all these words/, 'and says when there is nothing');
is(join("\n", $browser->complaints), '', 'without a complaint');
SKIP: {
    skip 'no chapter has VMLAUNCH yet', 1 unless grep { /05_/ } @pages;
    like($search->('VMLAUNCH'), qr{05_\w+/}, 'the search finds VMLAUNCH');
}
for my $width (1440, 390) {
    $browser->size($width, 900);
    $browser->open_page("file://$site/index.html?q=descriptor");
    ok($browser->value('document.getElementById("query").offsetHeight > 0'), "a search can be linked to, at $width pixels");
}
$browser->size(1440, 900);

# What is on the page, the button that copies what is typed, and the arrow keys.
my $chapter = "file://$site/01_hello/1_a_vm_is_a_file_descriptor.html";
$browser->open_page($chapter);
like($browser->value('document.querySelector(".minutes").textContent'), qr/^About \d+ minutes/, 'a chapter says how long it takes');
is($browser->value('[...document.querySelectorAll(".on-this-page a")].filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length'),
    0, 'and what is on the page');
my $copies = q{
    new Promise((resolve) => {
        Object.defineProperty(navigator, "clipboard", {configurable: true,
            value: {writeText: (text) => resolve(text.split("\n").join("|"))}});
        [...document.querySelectorAll("pre.console")].find((pre) => pre.textContent.includes("WHAT"))
            .parentElement.querySelector("button").click();
    })
};
is($browser->value($copies =~ s/WHAT/Hello KVM/r), 'cd 01_hello|make|./vm', 'a transcript copies without the prompt and the answer');
$browser->open_page("file://$site/04_serial/10_a_disk.html");
like($browser->value($copies =~ s/WHAT/conv=fsync/r), qr{\|make -C 04_serial run .* \\\|    2>/dev/null >&2; head -n 1 /tmp/disk.img$},
    'a command that goes on copies whole');
like($browser->value($copies =~ s/WHAT/mke2fs/r), qr{^debootstrap .*\|mke2fs .*$}, "root's commands, too");
$browser->open_page($chapter);
my $pressed = q{
    new Promise((resolve) => {
        document.querySelectorAll("footer a").forEach((a) => a.addEventListener("click", (event) => {
            event.preventDefault();
            resolve(a.rel);
        }));
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "KEY", bubbles: true}));
    })
};
is($browser->value($pressed =~ s/KEY/ArrowRight/r), 'next', 'the right arrow goes on');
is($browser->value($pressed =~ s/KEY/ArrowLeft/r), 'prev', 'and the left one back');

# A hit of the search is shown in its sentence, and marked on its page.
$search->('descriptor ioctl');
cmp_ok($browser->value('document.querySelectorAll("#results li:first-child small mark").length'), '>', 0,
    'a hit is shown with the words around it');
my $hit = $browser->value('document.querySelector("#results a").href');
like($hit, qr{^file://.*\.html\?find=descriptor%20ioctl}, 'and leads to its page');
$browser->open_page($hit);
is($browser->value(q{[...document.querySelectorAll("main mark")].filter((mark) => {
    const box = mark.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}).length > 0}), JSON::PP::true, 'where it is marked, in sight');

# The search by keys: / or s begins, even where the contents are closed, Enter goes to the first hit, Escape gives up.
is($browser->value(<<'END'), JSON::PP::true, 'keys for the search');
    new Promise((resolve) => {
        const query = document.getElementById("query");
        const press = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        document.getElementById("menu").click();
        const closed = query.offsetHeight === 0;
        press(document.body, "s");
        const begun = closed && document.activeElement === query;
        query.blur();
        press(document.body, "/");
        const first = document.createElement("a");
        first.addEventListener("click", (event) => {
            event.preventDefault();
            press(query, "Escape");
            resolve(begun && query.value === "" && document.activeElement !== query);
        });
        if (document.activeElement !== query)
            resolve("/ does nothing");
        query.value = "x";
        document.getElementById("results").prepend(first);
        press(query, "Enter");
    })
END

# The contents beside the text: the chapters of this part, and they stay closed once they were closed.
my $nav = q{[...document.querySelectorAll("nav details[open] li")].filter((item) => item.offsetHeight).length};
$browser->open_page("file://$site/02_bios/6_sectors.html");
is($browser->value($nav), 8, 'the contents show the chapters of this part');
is($browser->value('document.querySelectorAll("nav details").length'), 9, 'and the names of the others');
$browser->value('document.getElementById("menu").click()');
$browser->open_page("file://$site/02_bios/5_a_disk_is_nine_ports.html");
is($browser->value($nav), 0, 'closed, they stay closed');
is($browser->value('document.getElementById("menu").getAttribute("aria-expanded")'), 'false', 'which is said');
$browser->value('document.getElementById("menu").click()');
is($browser->value($nav), 8, 'until they are opened');
is($browser->value('[...document.querySelectorAll("main :is(h2, h3)")].filter((heading) => (heading.querySelector(".anchor") || {}).hash !== "#" + heading.id).length'),
    0, 'each section has a link to itself');

# On a wide screen the contents of the page are beside the text.
$browser->size(1700, 900);
$browser->open_page("file://$site/01_hello/1_a_vm_is_a_file_descriptor.html");
is($browser->value(q{{ const box = document.querySelector(".on-this-page").getBoundingClientRect();
    box.height > 100 && box.left >= document.querySelector("main").getBoundingClientRect().right }}), JSON::PP::true,
    'what is on the page is beside it, where there is room');
$browser->size(1440, 900);

# The cover.
$browser->open_page("file://$site/index.html");
is($browser->value('document.querySelector("main img").naturalWidth > 0 && document.querySelectorAll("main table a").length'),
    5, 'the cover has the picture of a terminal, and five stages');
is($browser->value('document.querySelectorAll(".minutes").length'), 0, 'and is not a chapter');

# Each listing of a file says where the whole of it is, and leads there.
my @unlinked;
for my $page (grep { /\d_/ && !/^code/ } @pages) {
    open my $in, '<:encoding(UTF-8)', "$site/$page" or die "$page: $!\n";
    my $html = join '', <$in>;
    push @unlinked, map { "$page: $_" } grep { !m{<a href="[^"]*code/} } $html =~ m{<figcaption>(.*?)</figcaption>}gs;
}
is(join("\n", @unlinked), '', 'every listing leads to its file');
$browser->open_page("file://$site/01_hello/4_the_exit_loop.html");
my $lines = $browser->value('[...document.querySelectorAll("figcaption a")].map((a) => a.href).find((href) => /hello\/main\.c\.html#/.test(href))');
$browser->open_page($lines);
like($browser->value('document.querySelector(":target").textContent'), qr{^(//|\w)}, 'at the line where it begins');

# On paper there are no menus.
$browser->call('Emulation.setEmulatedMedia', {media => 'print'});
is($browser->value('[...document.querySelectorAll("nav, header, footer, .copied > button")].filter((part) => part.offsetHeight).length'),
    0, 'print leaves out what one clicks');
$browser->call('Emulation.setEmulatedMedia', {media => ''});

# Without JavaScript the contents are there, below the text on a phone, and not on paper.
$browser->call('Emulation.setScriptExecutionDisabled', {value => JSON::PP::true});
for my $width (390, 1440) {
    $browser->size($width, 900);
    $browser->open_page($chapter);
    is($browser->value('["nav", "h1"].map((part) => Math.round(document.querySelector(part).getBoundingClientRect().top) < 200).join()'),
        ($width > 600 ? 'true' : 'false') . ',true', "the text begins at once without JavaScript, at $width pixels");
    cmp_ok($browser->value('document.querySelector("nav").offsetHeight'), '>', 0, 'and the contents are there');
}
$browser->call('Emulation.setEmulatedMedia', {media => 'print'});
is($browser->value('document.querySelector("nav").offsetHeight'), 0, 'but not on paper');
$browser->call('Emulation.setEmulatedMedia', {media => ''});
$browser->call('Emulation.setScriptExecutionDisabled', {value => JSON::PP::false});

# A phone: names stay whole, plots have letters that one can read, sentences in tables have room.
$browser->size(390, 900);
$browser->open_page("file://$site/05_vmx_baremetal/3_into_vmx_root.html");
is($browser->value('[...document.querySelectorAll(".whole")].map((name) => name.getClientRects().length).join("")'),
    $browser->value('"1".repeat(document.querySelectorAll(".whole").length) || "none"'), 'VT-x is not broken at its hyphen');
$browser->open_page("file://$site/05_vmx_baremetal/16_what_it_costs.html");
is($browser->value(q{[...document.querySelectorAll("img[src*='/cost/']")].filter((plot) => 13 * plot.clientWidth / plot.naturalWidth < 11).length}),
    0, 'the letters of a plot have 11 pixels');
for my $page (qw(appendices/every_exit_reason appendices/references 05_vmx_baremetal/16_what_it_costs touch/exits)) {
    $browser->open_page("file://$site/$page.html");
    is($browser->value('[...document.querySelectorAll("main table")].filter((table) => table.scrollWidth > table.clientWidth + 1).length'), 0,
        "$page: no table scrolls");
    cmp_ok($browser->value('Math.min(...[...document.querySelectorAll("td.sentence")].map((cell) => cell.clientWidth))'), '>', 150,
        'and a sentence in it has room');
}

$browser->size(1440, 900);

# Diagrams: all words are inside of the picture, each with some room in its box or beside all boxes, none is over another,
# and no line is drawn through one.
my $drawn = 0;
for my $page (grep { !/^code/ } @pages) {
    open my $in, '<:encoding(UTF-8)', "$site/$page" or die "$page: $!\n";
    next unless grep { /<svg xmlns/ } <$in>;
    $browser->open_page("file://$site/$page");
    $drawn += $browser->value('document.querySelectorAll("svg.diagram").length');
    is($browser->value(<<'END'), '', "the diagrams of $page");
        [...document.querySelectorAll("svg.diagram")].flatMap((svg) => {
            const area = (part, less) => {
                const {x, y, width, height} = part.getBBox();
                return {left: x, top: y + less, right: x + width, bottom: y + height - less};
            };
            const around = (outer, inner, room) => outer.left + room <= inner.left && outer.right - room >= inner.right &&
                outer.top <= inner.top && outer.bottom >= inner.bottom;
            const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
            const crosses = (line, place) => {
                const points = [...line.points];
                return points.slice(1).some((to, i) => [...Array(41).keys()].some((step) => {
                    const x = points[i].x + (to.x - points[i].x) * step / 40, y = points[i].y + (to.y - points[i].y) * step / 40;
                    return x > place.left && x < place.right && y > place.top && y < place.bottom;
                }));
            };
            const {x, y, width, height} = svg.viewBox.baseVal;
            const parts = [...svg.children];
            const texts = parts.filter((part) => part.tagName === "text");
            const boxes = parts.filter((part) => part.tagName === "rect").map((box) => area(box, 0));
            let box = null;
            return parts.flatMap((part, i) => {
                if (part.tagName === "rect")
                    box = area(part, 0);
                if (part.tagName !== "text")
                    return [];
                const place = area(part, 3);
                const bad = !around({left: x, top: y, right: x + width, bottom: y + height}, place, 0) ? "cut off"
                    : texts.some((other) => other !== part && meet(place, area(other, 3))) ? "over another"
                    : part.classList.contains("in") ? !around(box, place, 1.5) && "too large for its box"
                    : boxes.some((other) => meet(place, other) && !around(other, place, 0)) ? "over the edge of a box"
                    : parts.slice(i).some((line) => line.tagName === "polyline" && crosses(line, place)) && "under a line";
                return bad ? [svg.getAttribute("aria-label").split(":")[0] + ": " + part.textContent + ": " + bad] : [];
            });
        }).join("; ")
END
}
cmp_ok($drawn, '>=', 67, 'there are diagrams');

# Light and dark.
my $paper = 'getComputedStyle(document.body).backgroundColor';
my $light = $browser->value($paper);
# SC 1.4.3 of the WCAG: what is to be read has 4.5 times the luminance of what is behind it, or the other way round.
my $contrast = q{
    ["ink", "soft", "link", "keyword", "type", "string", "number", "comment", "prompt"].flatMap((text) => ["paper", "panel"].filter((behind) => {
        const [a, b] = [text, behind].map((name) => {
            const hex = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
            const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
                .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        }).sort((a, b) => b - a);
        return !((a + 0.05) / (b + 0.05) >= 4.5);
    }).map((behind) => text + " on " + behind)).join(", ")
};
is($browser->value($contrast), '', 'light: the colours of what is read can be told from what is behind');
$browser->value('document.getElementById("theme").click()');
isnt($browser->value($paper), $light, 'the button changes the colours');
is($browser->value($contrast), '', 'dark: the same');
$browser->call('Emulation.setEmulatedMedia', {features => [{name => 'prefers-color-scheme', value => 'dark'}]});
$browser->value('localStorage.clear()');
$browser->open_page("file://$site/index.html");
isnt($browser->value($paper), $light, 'dark where the system asks for it');

# The other two forms.
my $book = Cwd::abs_path("$FindBin::Bin/..");
is(system("make -s -C '$book' epub pdf >/dev/null"), 0, 'the EPUB and the PDF are made');
sub content {
    open my $in, '<:raw', "$book/build/hypervisors-step-by-step.$_[0]" or return '';
    local $/;
    return <$in>;
}
my @pictures = content('html') =~ /<img\s[^>]*src="([^"]+)"/g;
cmp_ok(scalar @pictures, '>', 1, 'with pictures in the whole book');
is(join("\n", grep { !-s "$book/build/$_" } @pictures), '', 'which are where it looks for them');
my $unpacked = File::Temp->newdir;
my $zip = IO::Uncompress::Unzip->new("$book/build/hypervisors-step-by-step.epub");
my $status = 1;
my @broken;
for (; $zip && $status > 0; $status = $zip->nextStream) {
    my $name = $zip->getHeaderInfo->{Name};
    my $text = do { local $/; <$zip> };
    next unless $name =~ s{.*/(.*\.xhtml)$}{$unpacked/$1};
    open my $out, '>:raw', $name or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
    $browser->open_page("file://$name");
    push @broken, $name =~ s{.*/}{}r if $browser->value('document.querySelectorAll("parsererror").length || !document.body');
}
is($zip && $status == 0 && "@broken", '', 'the XML of the EPUB is whole');
like(content('epub'), qr/^PK.{28,58}application\/epub\+zip/s, 'an EPUB');
my $pdf = content('pdf');
like($pdf, qr/^%PDF/, 'a PDF');
cmp_ok(scalar(() = $pdf =~ m{/Type\s*/Page\b}g), '>=', scalar(grep { /\d_/ && !/^code/ } @pages),
    'with a page for each chapter, at least');

done_testing;

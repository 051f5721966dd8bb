# Diagrams: a small text file beside the chapters becomes an SVG inside the page, so that it has the page's colours.
# A line of the file is one thing; positions are in a grid that is as wide as the first line says.
#
#   size 440 200                      the first line: width and height
#   box 10 10 120 40 guest|code       x, y, width, height, and text in its middle; | begins a new line
#   text 10 80 what it says           from x, with its middle at y
#   line 10 10 50 10 50 90            from point to point
#   arrow 10 10 50 10                 with a head at its end; "both": at each end
#   # a comment
#
# Words with a dot in front, right behind the first one, choose how it looks: box.dashed, text.soft.code.right. The classes are in
# site/style.css. Text in `code` is set in a monospaced font.

package Diagram;

use strict;
use warnings;
use Render ();

my $head = 7;    # an arrow's
my $leading = 18;

# The SVG, in one line, as HTML in Markdown has to be. For those who don't see it: `label`, and the words in it.
sub svg {
    my ($file, $label) = @_;
    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    my ($svg, $size, @words) = ('');
    while (my $line = <$in>) {
        next if $line =~ /^\s*(#|$)/;
        my ($what, $classes, $rest) = $line =~ /^(\w+)((?:\.\w+)*)\s+(.*?)\s*$/ or die "$file:$.: expected a word and numbers\n";
        my $class = $classes =~ tr/./ /r;
        my $most = {size => 2, box => 4, text => 2}->{$what} // 100;
        my @numbers;
        push @numbers, $1 while @numbers < $most && $rest =~ s/^(-?\d+(?:\.\d+)?)(?:\s+|$)//;
        push @words, $rest =~ tr/|`/ /dr if $rest ne '';
        die "$file:$.: $what: expected more numbers\n" if @numbers < ($most == 100 ? 4 : $most);
        if ($what eq 'size') {
            $size = \@numbers;
        } elsif ($what eq 'box') {
            my ($x, $y, $width, $height) = @numbers;
            $svg .= qq(<rect@{[looks($class)]} x="$x" y="$y" width="$width" height="$height" rx="4"/>);
            $svg .= lines("$class middle in", $x + $width / 2, $y + $height / 2, $rest) if $rest ne '';
        } elsif ($what eq 'text') {
            $svg .= lines($class, @numbers, $rest);
        } elsif ($what =~ /^(line|arrow|both)$/ && $rest eq '' && @numbers % 2 == 0) {
            $svg .= qq(<polyline@{[looks($class)]} points="@numbers"/>);
            $svg .= head($class, @numbers[-4 .. -1]) if $what ne 'line';
            $svg .= head($class, @numbers[2, 3, 0, 1]) if $what eq 'both';
        } else {
            die "$file:$.: expected size, box, text, line, arrow or both\n";
        }
    }
    die "$file: expected a size\n" unless $size;
    my ($width, $height) = @$size;
    $label = Render::escape("$label: " . join ', ', @words);
    return qq(<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 $width $height" width="$width" height="$height" role="img" aria-label="$label">$svg</svg>);
}

# Lines of text whose middle is at y.
sub lines {
    my ($class, $x, $y, $text) = @_;
    my @lines = split /\|/, $text;
    my $svg = '';
    for my $i (0 .. $#lines) {
        my $line = Render::escape($lines[$i]);
        $line =~ s{`([^`]+)`}{<tspan class="code">$1</tspan>}g;
        my $baseline = $y + ($i - $#lines / 2) * $leading + 5;
        $svg .= qq(<text@{[looks($class)]} x="$x" y="$baseline">$line</text>);
    }
    return $svg;
}

sub looks {
    my ($class) = @_;
    return $class =~ /(\S.*)/ ? qq( class="$1") : '';
}

sub head {
    my ($class, $from_x, $from_y, $x, $y) = @_;
    my ($dx, $dy) = ($x - $from_x, $y - $from_y);
    my $length = sqrt($dx * $dx + $dy * $dy) or return '';
    ($dx, $dy) = map { $_ * $head / $length } $dx, $dy;
    my @points = map { sprintf '%.1f', $_ } $x, $y, $x - $dx - $dy / 2, $y - $dy + $dx / 2, $x - $dx + $dy / 2, $y - $dy - $dx / 2;
    return qq(<polygon@{[looks($class)]} points="@points"/>);
}

1;

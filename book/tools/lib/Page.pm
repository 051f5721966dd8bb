# A page of the book, cut into what the checks look at: headings, fences and lines of prose.
#
# A fence's information string is a language, words, and name=value pairs:
#
#   ```c file=01_hello/main.c symbol=vcpu_run, struct vm
#   ```console check lab limit=120
#   ```text picture=exit_loop
#
# A line of the form `<sub>[...]...</sub>` right above a fence is the listing's caption: `make listings` writes it.
#
# Lines between `<!-- made-by COMMAND -->` and `<!-- end -->` are a listing, too, one that is Markdown.
#
# A value reaches to the next name= or to the end of the line.

package Page;

use strict;
use warnings;

my @names = qw(file symbol anchor lines later from to break limit password made-by picture);
my $name = join '|', @names;

sub read {
    my ($class, $top, $path) = @_;
    open my $in, '<:encoding(UTF-8)', "$top/$path" or die "$path: $!\n";
    chomp(my @lines = <$in>);
    my $self = bless {top => $top, path => $path, lines => \@lines, fences => [], headings => [],
        regions => [], text => []}, $class;
    my ($fence, $close, $region);
    for my $number (1 .. @lines) {
        my $line = $lines[$number - 1];
        if ($region && !$fence && $line eq '<!-- end -->') {
            $region->{last} = $number;
            undef $region;
        }
        push @{$region->{body}}, $line if $region;
        if (!$fence && $line =~ /^<!-- made-by (.*?) -->$/) {
            $region = {first => $number, body => [], words => {}, language => 'markdown', attribute => {'made-by' => $1}};
            push @{$self->{regions}}, $region;
        }
        if ($fence) {
            if ($line =~ $close) {
                $fence->{last} = $number;
                undef $fence;
            } else {
                push @{$fence->{body}}, $line;
            }
        } elsif ($line =~ /^( {0,3})(`{3,}|~{3,})(.*)$/) {
            my ($mark, $info) = ($2, $3);
            $close = qr/^ {0,3}\Q$mark\E\s*$/;
            $fence = {first => $number, info => $info, body => [], mark => $mark, parse_info($info)};
            if (@{$self->{text}} && $self->{text}[-1]{line} == $number - 1 && $self->{text}[-1]{text} =~ m{^<sub>\[.*</sub>$}) {
                $fence->{caption} = (pop @{$self->{text}})->{text};
            }
            push @{$self->{fences}}, $fence;
        } elsif ($line =~ /^(#+)\s+(.*?)\s*$/) {
            push @{$self->{headings}}, {level => length $1, title => $2, line => $number};
            push @{$self->{text}}, {line => $number, text => $2};
        } else {
            push @{$self->{text}}, {line => $number, text => $line};
        }
    }
    ($fence) = grep { $_ } $fence, $region;
    $self->{open_fence} = $fence->{first} if $fence;
    return $self;
}

sub parse_info {
    my ($info) = @_;
    my %attribute;
    $info =~ s/^\s+|\s+$//g;
    my ($head, $rest) = $info =~ /^(.*?)(?:\s+((?:$name)=.*))?$/;
    if (defined $rest) {
        while ($rest =~ /\G($name)=(.*?)(?:\s+(?=(?:$name)=)|$)/gc) {
            $attribute{$1} = $2;
        }
    }
    my ($language, @words) = split ' ', $head;
    return (language => $language // '', words => {map { $_ => 1 } @words}, attribute => \%attribute);
}

# The page's text, a hash with line and text for each line, with code, comments and link targets blanked
# out, so that what remains are words. Any of these may go over the end of a line, but not of a paragraph.
sub prose {
    my ($self) = @_;
    my (@prose, @paragraph);
    my $flush = sub {
        my $text = join "\n", map { $_->{text} } @paragraph;
        $text =~ s/(`+)(.+?)\1|<!--.*?-->|(?<=\])\([^)]*\)|<[^>\n]+>/' ' . $& =~ tr{\n}{}cdr/gse;
        my @lines = split /\n/, $text, -1;
        push @prose, map { {line => $paragraph[$_]{line}, text => $lines[$_]} } 0 .. $#paragraph;
        @paragraph = ();
    };
    for my $item (@{$self->{text}}) {
        $flush->() if @paragraph && ($item->{text} eq '' || $item->{line} != $paragraph[-1]{line} + 1);
        push @paragraph, $item if $item->{text} ne '';
    }
    $flush->() if @paragraph;
    return @prose;
}

# The anchor that a code host makes of a heading.
sub slug {
    my ($title) = @_;
    $title =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
    $title = lc $title;
    $title =~ s/[^\p{L}\p{N}_ -]//g;
    $title =~ s/ /-/g;
    return $title;
}

sub anchors {
    my ($self) = @_;
    my (%seen, %anchors);
    for my $heading (@{$self->{headings}}) {
        my $slug = slug($heading->{title});
        my $count = $seen{$slug}++;
        $anchors{$count ? "$slug-$count" : $slug} = 1;
    }
    return \%anchors;
}

1;

# Numbers about a page: words of prose, lines of prose and of code, and listings in a row.

package Measure;

use strict;
use warnings;
use Book;

# Fewer words than these between two listings, and they stand in a row.
our $said = 40;

# A chapter above these shows too much and says too little: show what matters, link the rest.
my ($ratio_limit, $row_limit) = (4.5, 6);
my $short = 50;  # lines of code that nobody minds

# words: of prose; prose: its lines, of 14 words each; code: lines of listings; run: lines of transcripts;
# row: the most listings with little said between one and the next; row_at: the line where they begin.
sub of {
    my ($page) = @_;
    my %m = (words => 0, code => 0, run => 0, row => 0, row_at => 0);
    my @prose = grep { $_->{text} !~ /^\s*\|/ } $page->prose;
    my %words = map { $_->{line} => words($page->{lines}[$_->{line} - 1]) } @prose;
    $m{words} += $_ for values %words;
    $m{prose} = int($m{words} / 14) || 1;
    my ($row, $begin, $last) = (0, 0, 0);
    for my $fence (@{$page->{fences}}) {
        my $lines = @{$fence->{body}};
        $m{run} += $lines if $fence->{language} eq 'console';
        next unless grep { defined $fence->{attribute}{$_} } qw(file from break);
        $m{code} += $lines;
        my $between = 0;
        $between += $words{$_} // 0 for $last + 1 .. $fence->{first} - 1;
        ($row, $begin) = (0, $fence->{first}) if $between >= $said || !$row;
        $row++;
        $last = $fence->{last} // $fence->{first};
        @m{qw(row row_at)} = ($row, $begin) if $row > $m{row};
    }
    return \%m;
}

# Is a chapter more code than a reader can take, or printed what another page has printed already?
sub check {
    my ($book, @pages) = @_;
    my (%wanted, %printed);
    $wanted{$_->{path}} = 1 for @pages;
    for my $page (grep { Book::kind($_) eq 'chapter' } $book->pages) {
        for my $fence (grep { defined $_->{attribute}{file} && @{$_->{body}} } @{$page->{fences}}) {
            my $before = $printed{join "\n", @{$fence->{body}}} //= [$page, $fence];
            $book->problem($page, $fence->{first}, "this listing is printed in $before->[0]{path}:$before->[1]{first} "
                  . 'already: link to there, and show what changed')
              if $wanted{$page->{path}} && $before->[1] != $fence;
        }
        next unless $wanted{$page->{path}};
        my $m = of($page);
        my $ratio = $m->{code} / $m->{prose};
        $book->problem($page, undef, sprintf 'it has %.1f lines of code to a line of prose, at most %.1f: show what matters, '
              . 'link the rest', $ratio, $ratio_limit) if $ratio > $ratio_limit && $m->{code} > $short;
        $book->problem($page, $m->{row_at}, "$m->{row} listings in a row with less than $said words between one and the "
              . "next, at most $row_limit") if $m->{row} > $row_limit;
    }
}

sub words {
    my ($line) = @_;
    $line =~ s/<!--.*?-->|(?<=\])\([^)]*\)//g;
    return scalar(() = $line =~ /[\p{L}\p{N}][\p{L}\p{N}_'.()-]*/g);
}

1;

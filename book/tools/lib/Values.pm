# Numbers in prose that come from the code. A comment, invisible to readers, says from where:
#
#   the port is `0x3F8`<!-- = common/pc/uart.h UART_COM1_PORT -->
#   4 KiB<!-- = 01_hello/main.c MEMORY_SIZE -->     eight<!-- = common/kvm/memory.h MEMORY_SLOTS -->
#
# What follows the file is a constant expression of C, so `sizeof(struct uart)` and
# `offsetof(struct boot_params, hdr)` work; the compiler evaluates it in a file that includes that one. A
# header that isn't here is one of the system's: linux/kvm.h. For assembly it is the name of an `equ`.
#
# Messages that a page quotes are checked in the same way; `...` stands for what differs from run to run:
#
#   `...: not a KVM device of API version ...`<!-- in common/kvm/ioctl.c -->

package Values;

use strict;
use warnings;
use File::Temp ();
use Source;

my %words;
@words{qw(zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
  sixteen seventeen eighteen nineteen twenty)} = 0 .. 20;
my %units = (KiB => 2**10, MiB => 2**20, GiB => 2**30);
my $words = join '|', sort keys %words;

sub check {
    my ($book, @pages) = @_;
    my %by_file;
    for my $page (@pages) {
        for my $item (@{$page->{text}}) {
            my $text = $item->{text};
            check_quotes($book, $page, $item);
            while ($text =~ /<!--\s*=\s*(\S+)\s+(.+?)\s*-->/g) {
                my ($file, $expression, $before) = ($1, $2, substr $text, 0, $-[0]);
                my $printed = number($before);
                if (!defined $printed) {
                    $book->problem($page, $item->{line},
                        "no number stands directly before <!-- = $file $expression -->");
                    next;
                }
                push @{$by_file{$file}}, {page => $page, line => $item->{line}, printed => $printed,
                    expression => $expression};
            }
        }
    }
    for my $file (sort keys %by_file) {
        my @uses = @{$by_file{$file}};
        my ($all) = evaluate($book->{top}, $file, map { $_->{expression} } @uses);
        for my $i (0 .. $#uses) {
            my $use = $uses[$i];
            my $what = "$use->{expression} of $file";
            # Where one expression is wrong, all fail together; alone it is seen which.
            my ($values, $wrong) = $all ? ([$all->[$i]]) : evaluate($book->{top}, $file, $use->{expression});
            if ($wrong) {
                $book->problem($use->{page}, $use->{line}, "the value of $what is unknown: $wrong");
            } elsif ($values->[0] != $use->{printed}) {
                $book->problem($use->{page}, $use->{line}, sprintf '%s is %d (0x%X), printed is %d (0x%X)',
                    $what, $values->[0], $values->[0], $use->{printed}, $use->{printed});
            }
        }
    }
}

sub check_quotes {
    my ($book, $page, $item) = @_;
    while ($item->{text} =~ /(?:`([^`]+)`)?<!--\s*in\s+(\S+)\s*-->/g) {
        my ($quote, $file) = ($1, $2);
        my $lines = Source::lines($book->{top}, $file);
        my $wrong =
            !defined $quote ? "no `message` stands directly before <!-- in $file -->"
          : !$lines         ? "there is no file $file"
          : literals($lines) !~ join('.*?', map { quotemeta } split /\.\.\./, $quote) ? "$file does not say `$quote`"
          :                   next;
        $book->problem($page, $item->{line}, $wrong);
    }
}

# A file's text with its string literals in one piece.
sub literals {
    my ($lines) = @_;
    my $text = join "\n", @$lines;
    $text =~ s/"\s*\n\s*"//g;
    $text =~ s/\\n\s*/ /g;
    $text =~ s/\\(["\\])/$1/g;
    return $text;
}

# The number that a text ends with.
sub number {
    my ($text) = @_;
    $text =~ s/[`*)\s]+$//;
    return unless $text =~ /(?<![\w.])(0x[0-9A-Fa-f]+|[0-9A-F]+h|\d[\d,]*|(?i:$words))(?:[ \x{a0}-](KiB|MiB|GiB|\w+))?$/;
    my ($number, $unit) = ($1, $2);
    $number =~ tr/,//d;
    my $value =
        $number =~ /^0x/       ? hex $number
      : $number =~ /^(.+)h$/   ? hex $1
      : exists $words{lc $number} ? $words{lc $number}
      :                          $number;
    return $value * ($units{$unit // ''} // 1);
}

sub evaluate {
    my ($top, $file, @expressions) = @_;
    return assembly($top, $file, @expressions) if $file =~ /\.asm$/;
    my $here = -e "$top/$file";
    my ($stage) = $file =~ m{^(0\d_\w+)/};
    my $source = File::Temp->new(SUFFIX => '.c');
    print $source "#include <stddef.h>\n#include <stdint.h>\n#define main main_of_the_stage\n";
    print $source $here ? "#include \"$top/$file\"\n" : "#include <$file>\n";
    print $source "const unsigned long long book_value_$_ = (unsigned long long)($expressions[$_]);\n"
      for 0 .. $#expressions;
    close $source;
    my @include = ("-I$top", map { "-I$top/$_" } $stage ? ($stage, "$stage/build") : ());
    my $output = File::Temp->new;
    open my $gcc, '-|', "gcc -std=c11 -D_GNU_SOURCE -w -O0 -S @include -o " . $output->filename . ' '
      . $source->filename . ' 2>&1' or die "gcc: $!\n";
    my @said = <$gcc>;
    if (!close $gcc) {
        my ($error) = map { /error: (.*)/ ? $1 : () } @said;
        return (undef, $error // 'gcc failed');
    }
    my (@values, $at);
    open my $in, '<', $output->filename or die;
    while (<$in>) {
        $at = $1 if /^book_value_(\d+):/;
        next unless defined $at && /^\s+\.(quad|zero)\s+(-?\d+)/;
        $values[$at] = $1 eq 'zero' ? 0 : $2 < 0 ? 18446744073709551616 + $2 : $2;
        undef $at;
    }
    return \@values;
}

sub assembly {
    my ($top, $file, @names) = @_;
    my $lines = Source::lines($top, $file) or return (undef, 'there is no such file');
    my @values;
    for my $name (@names) {
        my ($line) = grep { /^(?:%define\s+)?\Q$name\E\s/ } @$lines;
        my ($number) = ($line // '') =~ /^(?:%define\s+\S+|\S+\s+equ)\s+(0x[0-9A-Fa-f]+|\d+)\s*(?:;.*)?$/
          or return (undef, "it has no line `$name equ NUMBER`");
        push @values, $number =~ /^0x/ ? hex $number : $number;
    }
    return \@values;
}

1;

# Nothing is missing: what of the code no chapter prints.
#
# In the stages 01 to 04 every function, structure, table and group of constants is printed, whole, in
# one listing or in several. Of stage 05 and common/ every file has its chapter, and of the lines of a C or NASM
# file at least a quarter are printed, or explained: their symbol is named, as `symbol` or `symbol()`, in a page that prints
# from the file or links to it. The rest is a click away. Headers are lists of what is explained there: they owe nothing.

package Coverage;

use strict;
use warnings;
use Listings;
use Source;
use Shape;

my $enough = 25;

# What book/coverage.txt asks for: a path a line. `except PATH REASON` takes something out again, `except
# FILE#NAME,NAME REASON` these names in it; a PATH may have the shell's wildcards. Returns the two lists of paths, and
# for each file the names; a line that asks for nothing is a problem.
sub enforced {
    my ($book) = @_;
    my (@paths, @except, %names);
    open my $in, '<', "$book->{top}/book/coverage.txt" or return (\@paths, \@except, \%names);
    while (<$in>) {
        next if /^#|^\s*$/;
        my ($except, $path, $names, $reason) = /^(except\s+)?([^\s#]+)(?:#(\S+))?\s*(.*)/;
        my @there = map { substr $_, 1 + length $book->{top} } grep { -e } glob "'$book->{top}'/$path";
        $book->problem('book/coverage.txt', $., "there is no $path") unless @there;
        $book->problem('book/coverage.txt', $., "the reason for `except $path` is missing") if $except && $reason eq '';
        if (defined $names) {
            for my $name (split /,/, $names) {
                $book->problem('book/coverage.txt', $., "$path has no $name") unless Source::find($book->{top}, $path, $name);
                $names{$path}{$name} = 1;
            }
            next;
        }
        push @{$except ? \@except : \@paths}, @there;
    }
    return (\@paths, \@except, \%names);
}

sub is_below {
    my ($file, @paths) = @_;
    return grep { $file eq $_ || index($file, "$_/") == 0 } @paths;
}

sub check {
    my ($book) = @_;
    my ($paths, $except, $names) = enforced($book);
    for my $entry (survey($book)) {
        next if !is_below($entry->{file}, @$paths) || is_below($entry->{file}, @$except);
        $book->problem($entry->{file}, $_->{line}, $_->{sentence})
          for grep { !$names->{$entry->{file}}{$_->{name} // ''} } @{$entry->{missing}};
    }
}

# A line for each file, and what is missing below it.
sub report {
    my ($book, $filter) = @_;
    my ($files, $done) = (0, 0);
    my (undef, $except) = enforced($book);
    for my $entry (survey($book)) {
        next if defined $filter && index($entry->{file}, $filter) != 0 || is_below($entry->{file}, @$except);
        $files++;
        $done++ unless @{$entry->{missing}};
        printf "%3d %%  %s%s\n", $entry->{percent}, $entry->{file}, $entry->{chapter} ? '' : '  (no chapter)';
        print "         $_->{sentence}\n" for grep { $_->{line} } @{$entry->{missing}};
    }
    print "$done of $files files are complete\n";
}

sub survey {
    my ($book) = @_;
    my ($printed, $mentions, $explained) = pages($book);
    return map { survey_file($book->{top}, $_, $printed->{$_} // {}, $mentions->{$_}, $explained) }
      files($book->{top});
}

sub files {
    my ($top) = @_;
    chomp(my @files = `cd '$top' && find 0[1-9]_* common -type f ! -path '*/build/*' ! -path '*/test/*' 2>/dev/null | LC_ALL=C sort`);
    return grep { m{\.(c|asm|ld|mk)$|^0[1-4]_.*\.h$|/Makefile$} || m{^common/(lab|guest)/[\w-]+$} || m{/test-\w+$} } @files;
}

# Which lines of which file are printed; which pages deal with which file; which names a page mentions.
sub pages {
    my ($book) = @_;
    my (%printed, %mentions, %explained);
    for my $page (grep { $_->{path} =~ m{^book/\w+/} } $book->pages) {
        for my $fence (grep { Listings::is_listing($_) } @{$page->{fences}}) {
            my ($text) = Listings::text($book->{top}, $fence);
            next unless $text && $text->{file} ne '';
            $printed{$text->{file}}{$_} = 1 for grep { $_ } @{$text->{numbers}};
            $mentions{$text->{file}}{$page->{path}} = 1;
            # A function that is printed explains its declaration, too.
            my $names = $fence->{attribute}{symbol} // $fence->{attribute}{anchor} // '';
            $explained{$page->{path}}{$_} = 1 for $names =~ /\w+/g;
        }
        my $folder = $page->{path} =~ s{/[^/]*$}{}r;
        for my $item (@{$page->{text}}) {
            $mentions{Shape::normal("$folder/$_")}{$page->{path}} = 1
              for $item->{text} =~ /\]\(([^)#]+)\)/g;
            $mentions{$_}{$page->{path}} = 1 for $item->{text} =~ /`([\w.\/-]+)`/g;
            $explained{$page->{path}}{$_} = 1
              for $item->{text} =~ /`(?:struct |enum |union )?(\w+)(?:\(\))?`/g;
        }
    }
    # x.h says what x.c does: who deals with one deals with the other.
    for my $file (grep { /\.[ch]$/ } sort keys %mentions) {
        my $other = $file =~ /c$/ ? $file =~ s/c$/h/r : $file =~ s/h$/c/r;
        $mentions{$other}{$_} = 1 for keys %{$mentions{$file}};
    }
    return (\%printed, \%mentions, \%explained);
}

sub survey_file {
    my ($top, $file, $printed, $mentions, $explained) = @_;
    my $strict = $file =~ m{^0[1-4]_};
    my $entry = {file => $file, missing => [], percent => 100, chapter => $mentions ? 1 : 0};
    push @{$entry->{missing}}, {sentence => 'no chapter deals with this file'} unless $mentions;
    return $entry unless $file =~ /\.(c|h|asm)$/;

    my $lines = Source::lines($top, $file);
    my @symbols = grep { !$_->{inner} && !($strict && $_->{kind} =~ /^(prototype|externvar)$/) }
      @{Source::symbols($top, $file)};
    my (%counted, %done, %said);
    for my $symbol (@symbols) {
        my $named = !$strict && grep { $explained->{$_}{$symbol->{name}} } keys %{$mentions // {}};
        my @numbers = grep { counts($lines->[$_ - 1]) } $symbol->{first} .. $symbol->{last};
        my @open = grep { !$printed->{$_} && !$named } @numbers;
        $counted{$_} = 1 for @numbers;
        my %open = map { $_ => 1 } @open;
        $done{$_} = 1 for grep { !$open{$_} } @numbers;
        next if !@open || $said{$symbol->{first}}++;
        push @{$entry->{missing}}, {line => $symbol->{line}, name => $symbol->{name},
            sentence => sprintf '%s %s is %s (%d of %d lines)',
            $symbol->{kind}, $symbol->{name}, @open < @numbers ? 'printed in part' : 'in no chapter',
            scalar @open, scalar @numbers};
    }
    $entry->{percent} = int(100 * keys(%done) / keys %counted) if %counted;
    if (!$strict) {
        if ($entry->{percent} >= $enough) {
            $entry->{missing} = [grep { !$_->{line} } @{$entry->{missing}}];
        } else {
            push @{$entry->{missing}}, {sentence =>
                  "$entry->{percent} % of its lines are printed or explained, expected at least $enough %"};
        }
    }
    return $entry;
}

sub counts {
    my ($line) = @_;
    return $line =~ /\S/ && $line !~ m{^\s*// clang-format o(n|ff)$};
}

1;

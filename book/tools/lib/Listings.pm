# Listings: the fences whose text is a part of the code, or the difference between two parts of it.

package Listings;

use strict;
use warnings;
use File::Temp ();
use Source;

# Languages whose text nobody could compare with anything. Everything else must name its source.
my %plain = map { $_ => 1 } ('', 'text', 'console', 'markdown');

sub check {
    my ($book, @pages) = @_;
    for my $page (@pages) {
        $book->problem($page, $page->{open_fence}, 'this fence is never closed') if $page->{open_fence};
        for my $fence (@{$page->{fences}}, @{$page->{regions}}) {
            my $attribute = $fence->{attribute};
            if (defined $attribute->{break}) {
                my (undef, $wrong) = broken($book->{top}, $fence);
                $book->problem($page, $fence->{first}, "this change can't be made: $wrong") if $wrong;
                check_caption($book, $page, $fence) unless $wrong;
            } elsif (is_listing($fence)) {
                check_one($book, $page, $fence);
            } elsif (!$plain{$fence->{language}} && !$fence->{words}{sketch}) {
                $book->problem($page, $fence->{first}, "a listing in $fence->{language} without its source: "
                      . 'expected file=, from= and to=, break=, or the word sketch');
            }
        }
    }
}

sub is_listing {
    my ($fence) = @_;
    return grep { defined $fence->{attribute}{$_} } qw(file from made-by);
}

sub check_one {
    my ($book, $page, $fence) = @_;
    my ($wanted, $wrong) = text($book->{top}, $fence);
    if ($wrong) {
        $book->problem($page, $fence->{first}, "this listing has no source: $wrong");
        return;
    }
    check_caption($book, $page, $fence);
    my $early = stops_early($book->{top}, $fence->{attribute}, $wanted);
    $book->problem($page, $fence->{first}, "the listing stops early: $early") if $early;
    my @have = @{$fence->{body}};
    my @want = @{$wanted->{lines}};
    return if @have == @want && join("\n", @have) eq join("\n", @want);
    my ($i) = grep { ($have[$_] // "\n") ne ($want[$_] // "\n") } 0 .. (@have > @want ? @have : @want);
    $book->problem($page, $fence->{first} + 1 + $i,
        'the listing differs from the code, which has '
          . (defined $want[$i] ? "`$want[$i]`" : 'no more lines')
          . '; `make -C book listings` rewrites it');
}

# Where a listing is from, for those who read the page on a code host, where the fence's own words don't show. The
# line above the fence; '' for a listing that is from no file.
sub caption {
    my ($page, $fence) = @_;
    my $attribute = $fence->{attribute};
    my $file = defined $attribute->{file} ? "/$attribute->{file}" : '';
    my $up = '../' x ($page->{path} =~ tr{/}{});
    my ($from, $to) = @{$attribute}{qw(from to)};
    my @files = defined $attribute->{break} ? $attribute->{break}
      : defined $from && defined $to ? ("$from$file", "$to$file")
      : $file ne '' ? $attribute->{file} : return '';
    my $names = join ', ', map { "`$_`" } split /\s*,\s*/, $attribute->{symbol} // $attribute->{anchor} // '';
    return '<sub>' . join(" \x{2192} ", map { "[$_]($up$_)" } @files) . ($names eq '' ? '' : ": $names")
      . (defined $attribute->{break} ? ', a change to try' : '') . '</sub>';
}

sub check_caption {
    my ($book, $page, $fence) = @_;
    my $wanted = caption($page, $fence);
    return if $wanted eq ($fence->{caption} // '');
    $book->problem($page, $fence->{first}, ($wanted eq '' ? 'the line above names a file, and this is from none'
        : 'the line above should say where the listing is from') . '; `make -C book listings` writes it');
}

# What `symbol=` and `anchor=` name is printed whole: its definition, up to where it ends. A part is asked for with
# `lines=`. Returns a sentence where it is not so.
sub stops_early {
    my ($top, $attribute, $wanted) = @_;
    my $names = $attribute->{symbol} // $attribute->{anchor} // return;
    return if defined $attribute->{lines} || defined $attribute->{from};
    my ($file, %printed) = ($wanted->{file}, map { $_ => 1 } @{$wanted->{numbers}});
    my $lines = Source::lines($top, $file);
    for my $name (map { s/^\s+|\s+$//gr } split /,/, $names) {
        if ($file =~ /\.[ch]$/) {
            my ($definition) = grep { $lines->[$_ - 1] =~ /^\s*#\s*define\s+\Q$name\E\b/ } 1 .. @$lines;
            return "`$name` is defined in line $definition of $file, which it doesn't print"
              if $definition && !$printed{$definition};
        } elsif ($file =~ /\.(asm|inc)$/) {
            my $symbol = Source::find($top, $file, $name);
            my $next = Source::goes_on($lines, $symbol->{first}, $symbol->{last});
            return "`$name` goes on in line $next of $file: `" . $lines->[$next - 1] =~ s/^\s+//r . '`'
              if $symbol->{kind} eq 'label' && $next && !$printed{$next};
        }
    }
    return unless $file =~ /\.[ch]$/;
    my $open = 0;
    for my $line (@{$wanted->{lines}}) {
        my $code = $line =~ s{"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|//.*}{}gr;
        $open += () = $code =~ /[({\[]/g;
        $open -= () = $code =~ /[)}\]]/g;
    }
    return $open ? 'its brackets do not close' : undef;
}

# Puts the code into the page. Returns how many listings changed.
sub rewrite {
    my ($book, $page) = @_;
    my $changed = 0;
    my @lines = @{$page->{lines}};
    for my $fence (sort { $b->{first} <=> $a->{first} } @{$page->{fences}}, @{$page->{regions}}) {
        my $break = defined $fence->{attribute}{break};
        next unless $fence->{last} && ($break || is_listing($fence));
        my ($wanted, $wrong) = $break ? {lines => $fence->{body}} : text($book->{top}, $fence);
        my ($caption, $have) = ($fence->{language} eq 'markdown' ? '' : caption($page, $fence), $fence->{caption} // '');
        next if $wrong || $caption eq $have && join("\n", @{$fence->{body}}) eq join("\n", @{$wanted->{lines}});
        splice @lines, $fence->{first}, $fence->{last} - $fence->{first} - 1, @{$wanted->{lines}};
        splice @lines, $fence->{first} - 1 - ($have ne ''), $have ne '', $caption eq '' ? () : $caption;
        $changed++;
    }
    return 0 unless $changed;
    open my $out, '>:encoding(UTF-8)', "$book->{top}/$page->{path}" or die "$page->{path}: $!\n";
    print $out map { "$_\n" } @lines;
    close $out or die "$page->{path}: $!\n";
    return $changed;
}

# What a listing should say: its lines, the file they are in, and their numbers there (0: none).
sub text {
    my ($top, $fence) = @_;
    my $attribute = $fence->{attribute};
    return made($top, $attribute->{'made-by'}) if defined $attribute->{'made-by'};
    my @names = grep { $_ ne '' } map { s/^\s+|\s+$//gr }
      split /,/, $attribute->{symbol} // $attribute->{anchor} // '';
    my ($from, $to);
    if (defined $attribute->{lines}) {
        ($from, $to) = $attribute->{lines} =~ m{^/(.*?)/,/(.*)/$}
          or return (undef, 'expected lines=/first/,/last/');
        ($from, $to) = (qr/$from/, qr/$to/);
    }
    return difference($top, $attribute, \@names, $from, $to) if defined $attribute->{from};
    my ($part, $wrong) = Source::part($top, $attribute->{file}, \@names, $from, $to);
    $part->{file} = $attribute->{file} if $part;
    $wrong = leave_for_later($part, $attribute->{later}) if $part && defined $attribute->{later};
    return $wrong ? (undef, $wrong) : $part;
}

# later=NAME CHAPTER, NAME CHAPTER: members of a structure that later chapters explain. In the place of their lines
# stands which chapter brings which. Returns a sentence where it can't be so.
sub leave_for_later {
    my ($part, $later) = @_;
    my (@lines, @numbers, @names, $indent);
    my %chapter = $later =~ /(\w+) (\d+)(?:,|$)/g or return 'expected later=NAME CHAPTER, ...';
    my %left = %chapter;
    my $mark = sub {
        my $text = '';
        for my $name (splice @names) {
            my $piece = "$name: chapter $chapter{$name}";
            if ($text ne '' && length("$text; $piece") < 98) {
                $text .= "; $piece";
            } else {
                push @lines, $text if $text ne '';
                $text = "$indent// $piece";
            }
        }
        push @lines, $text if $text ne '';
        push @numbers, 0 while @numbers < @lines;
    };
    for my $i (0 .. $#{$part->{lines}}) {
        my $line = $part->{lines}[$i];
        my ($code) = $line =~ m{^([^/]*)};
        my @found = grep { $code =~ /\b$_\b(?:\[\w+\])?\s*[,;]/ } sort keys %chapter;
        if (@found) {
            delete @left{@found};
            push @names, sort { $chapter{$a} <=> $chapter{$b} } @found;
            ($indent) = $line =~ /^(\s*)/;
        } else {
            $mark->();
            push @lines, $line;
            push @numbers, $part->{numbers}[$i];
        }
    }
    @{$part}{qw(lines numbers)} = (\@lines, \@numbers);
    return %left ? 'no member is called ' . join(', ', sort keys %left) : undef;
}

# from=01_hello to=02_bios file=main.c, or two files by their whole names.
sub difference {
    my ($top, $attribute, $names, $from, $to) = @_;
    return (undef, 'from= needs to=') unless defined $attribute->{to};
    my $file = defined $attribute->{file} ? "/$attribute->{file}" : '';
    my ($old, $wrong_old) = Source::part($top, "$attribute->{from}$file", $names, $from, $to);
    my ($new, $wrong_new) = Source::part($top, "$attribute->{to}$file", $names, $from, $to);
    return (undef, $wrong_old || $wrong_new) unless $old && $new;
    my @paths = map { temporary($_->{lines}) } $old, $new;
    my $context = @$names || $from ? '-U9999' : '-U3';
    open my $diff, '-|:encoding(UTF-8)', 'diff', $context, '-p', @paths or die "diff: $!\n";
    my (@lines, @numbers, $at);
    while (<$diff>) {
        chomp;
        next if $. <= 2;
        if (/^@@ -\S+ \+(\d+)\S* @@ ?(.*)$/) {
            $at = $1;
            push @lines, $2 eq '' ? '@@' : "@@ $2" unless $context eq '-U9999';
            push @numbers, 0 unless $context eq '-U9999';
            next;
        }
        push @lines, s/\s+$//r;
        push @numbers, /^[ +]/ ? $new->{numbers}[$at++ - 1] : 0;
    }
    return (undef, 'there is no difference') unless @lines;
    return {lines => \@lines, numbers => \@numbers, file => "$attribute->{to}$file"};
}

my @keep;

sub temporary {
    my ($lines) = @_;
    my $file = File::Temp->new;
    binmode $file, ':encoding(UTF-8)';
    print $file map { "$_\n" } @$lines;
    close $file;
    push @keep, $file;
    return $file->filename;
}

# What a command prints that is run in the top folder.
sub made {
    my ($top, $command) = @_;
    open my $in, '-|:encoding(UTF-8)', 'sh', '-c', "cd '$top' && $command" or die "sh: $!\n";
    chomp(my @lines = <$in>);
    close $in or return (undef, "`$command` failed");
    return {lines => \@lines, numbers => [], file => ''};
}

# break=FILE: a change to make in a copy, so that a transcript can show what it leads to. Returns the
# changed text of the file, or a sentence that says why there is none. `@@` separates two places.
sub broken {
    my ($top, $fence, $text) = @_;
    my $file = $fence->{attribute}{break};
    my $lines = Source::lines($top, $file) or return (undef, "there is no file $file");
    $text //= join '', map { "$_\n" } @$lines;
    my (@old, @new);
    for my $line (@{$fence->{body}}, '@@') {
        if ($line =~ /^@@/) {
            next unless @old || @new;
            my ($old, $new) = map { join '', map { "$_\n" } @$_ } \@old, \@new;
            my $count = () = $text =~ /^\Q$old\E/mg;
            return (undef, "`$old[0]` and what follows is in $file $count times, expected once")
              if $count != 1;
            $text =~ s/^\Q$old\E/$new/m;
            (@old, @new) = ();
        } else {
            my $rest = length $line ? substr $line, 1 : '';
            push @old, $rest if $line !~ /^\+/;
            push @new, $rest if $line !~ /^-/;
        }
    }
    return $text;
}

1;

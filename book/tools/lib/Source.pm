# Which lines of a source file belong to which name. C comes from universal-ctags; assembly, shell and
# make are simple enough to be read here.
#
# A symbol is a hash: name, kind, and the first and last line, counted from 1. The comment directly
# above belongs to it. A macro belongs to its paragraph, the lines around it up to a blank one, because
# constants are read in groups.

package Source;

use strict;
use warnings;

my %cache;

# The lines of a file, without line ends; undef where there is no such file.
sub lines {
    my ($top, $file) = @_;
    return $cache{"$top/$file"}{lines} //= do {
        open my $in, '<:encoding(UTF-8)', "$top/$file" or return;
        chomp(my @lines = <$in>);
        \@lines;
    };
}

# All symbols of a file, in its order.
sub symbols {
    my ($top, $file) = @_;
    my $lines = lines($top, $file) or return;
    return $cache{"$top/$file"}{symbols} //= do {
        my @symbols =
            $file =~ /\.[ch]$/                   ? c_symbols($top, $file, $lines)
          : $file =~ /\.(asm|inc)$/              ? asm_symbols($lines)
          : $file =~ m{(^|/)Makefile$|\.(mk|ld)$} ? make_symbols($lines)
          :                                        sh_symbols($lines);
        [sort { $a->{first} <=> $b->{first} || $a->{last} <=> $b->{last} } @symbols];
    };
}

# The symbol that `name` means: `vcpu_run`, `struct vm`, `MEMORY_SIZE`, an enumerator. A definition wins
# over a declaration of the same name, and a function over a tag.
sub find {
    my ($top, $file, $name) = @_;
    my $kind = $name =~ s/^(struct|union|enum)\s+// ? $1 : undef;
    my @found = grep { $_->{name} eq $name && (!$kind || $_->{kind} eq $kind) }
      @{symbols($top, $file) // []};
    my @definitions = grep { $_->{kind} ne 'prototype' } @found;
    my ($function) = grep { $_->{kind} eq 'function' } @definitions;
    return $function // $definitions[0] // $found[0];
}

# The text of a part of a file. `names` is a list of symbols, or empty for the whole file; `from` and `to`
# are patterns for the first and the last line of it. Returns the lines and their numbers, or a sentence
# that says what is wrong.
sub part {
    my ($top, $file, $names, $from, $to) = @_;
    my $lines = lines($top, $file) or return (undef, "there is no file $file");
    my @numbers;
    for my $name (@$names) {
        my $symbol = find($top, $file, $name) or return (undef, "$file has no symbol $name");
        my %there = map { $_ => 1 } @numbers;
        my @more = grep { !$there{$_} } $symbol->{first} .. $symbol->{last};
        next unless @more;
        push @numbers, gap($lines, $numbers[-1], $more[0]) if @numbers;
        push @numbers, @more;
    }
    @numbers = (1 .. @$lines) unless @$names;
    if (defined $from) {
        my ($first) = grep { $numbers[$_] && $lines->[$numbers[$_] - 1] =~ $from } 0 .. $#numbers;
        return (undef, "no line of it matches /$from/") unless defined $first;
        my ($last) = grep { $numbers[$_] && $lines->[$numbers[$_] - 1] =~ $to } $first .. $#numbers;
        return (undef, "no line of it after that matches /$to/") unless defined $last;
        @numbers = @numbers[$first .. $last];
    }
    @numbers = grep { !$_ || $lines->[$_ - 1] !~ m{^\s*// clang-format o(n|ff)$} } @numbers;
    return {numbers => \@numbers, lines => [map { $_ ? $lines->[$_ - 1] : '' } @numbers]};
}

# Between two symbols: the file's own blank lines where they are neighbours, else one (number 0).
sub gap {
    my ($lines, $before, $after) = @_;
    my @between = ($before + 1 .. $after - 1);
    return 0 if $after <= $before || grep { $lines->[$_ - 1] =~ /\S/ } @between;
    return @between;
}

sub comment_above {
    my ($lines, $first, $comment) = @_;
    $first-- while $first > 1 && $lines->[$first - 2] =~ $comment;
    return $first;
}

sub paragraph {
    my ($lines, $line) = @_;
    my ($first, $last) = ($line, $line);
    $first-- while $first > 1 && $lines->[$first - 2] =~ /\S/;
    $last++ while $last < @$lines && $lines->[$last] =~ /\S/;
    return ($first, $last);
}

my %c_kinds = map { $_ => 1 } qw(function struct union enum typedef variable macro prototype externvar);

sub c_symbols {
    my ($top, $file, $lines) = @_;
    my (@symbols, @enumerators);
    # A macro that defines functions is no function, and must not swallow the next one: `NAME(x)` alone in a line.
    my %uses = map { $_ => 1 } map { /^([A-Z_][A-Z0-9_]*)\([^;{]*$/ ? "-I$1+" : () } @$lines;
    open my $ctags, '-|', 'ctags', '--quiet=yes', '--options=NONE', '--language-force=C', '-f', '-',
      '--fields=+neKs', '--kinds-C=+pxd', sort(keys %uses), "$top/$file"
      or die "ctags: $!; it is the package universal-ctags\n";
    while (<$ctags>) {
        next if /^!/;
        my ($name, undef, $rest) = split /\t/, $_, 3;
        $rest =~ s{^.*?;"\t}{};
        my ($kind) = $rest =~ /^(\w+)/;
        my ($line) = $rest =~ /\bline:(\d+)/;
        my ($last) = $rest =~ /\bend:(\d+)/;
        my $symbol = {name => $name, kind => $kind, line => $line, first => $line,
            last => $last // $line, of => $rest =~ /\benum:(\w+)/ ? $1 : ''};
        push @enumerators, $symbol if $kind eq 'enumerator';
        push @symbols, $symbol if $c_kinds{$kind};
    }
    close $ctags or die "ctags failed on $file: is it universal-ctags?\n";

    # `static const struct {...} table[] = {...}` is one thing, and so is `typedef struct {...} name`.
    for my $anonymous (grep { $_->{name} =~ /^__anon/ } @symbols) {
        my ($owner) = grep { $_ != $anonymous && $_->{line} == $anonymous->{last} } @symbols;
        $owner->{first} = $anonymous->{first} if $owner;
        $anonymous->{name} = '' if $owner;
    }
    for my $symbol (@symbols) {
        $symbol->{first}-- while $symbol->{first} > 1
          && $symbol->{kind} =~ /^(function|prototype)$/
          && $lines->[$symbol->{first} - 2] =~ m{^[a-z][^;\}]*$} && $lines->[$symbol->{first} - 2] !~ m{//};
        $symbol->{last}++ while $symbol->{kind} eq 'prototype' && $symbol->{last} < @$lines
          && $lines->[$symbol->{last} - 1] !~ /;\s*(\/\/.*)?$/;
    }
    for my $macro (grep { $_->{kind} eq 'macro' } @symbols) {
        my ($outer) = grep { $_->{kind} !~ /^(macro|prototype)$/ && $_->{first} < $macro->{line}
              && $macro->{line} <= $_->{last} } @symbols;
        @$macro{'first', 'last'} = paragraph($lines, $macro->{line}) unless $outer;
        $macro->{inner} = 1 if $outer;
        $macro->{name} = '' if $lines->[$macro->{line} - 1] =~ /^#define \w+_H_?$/;
    }
    $_->{first} = comment_above($lines, $_->{first}, qr{^(//|\#if|#pragma|__attribute__)})
      for grep { !$_->{inner} } @symbols;
    for my $enumerator (@enumerators) {
        my ($enum) = grep { $_->{first} <= $enumerator->{line} && $enumerator->{line} <= $_->{last}
              && $_->{kind} ne 'macro' } @symbols;
        push @symbols, {%$enumerator, kind => 'enumerator', first => $enum->{first}, last => $enum->{last},
            inner => 1} if $enum;
    }
    return grep { $_->{name} !~ /^(__anon|$)/ } @symbols;
}

my $asm_data = qr/(?:d[bwdqt]|res[bwdq]|equ|times|incbin|istruc)\b/i;

sub asm_symbols {
    my ($lines) = @_;
    my @symbols;
    for my $line (1 .. @$lines) {
        my $text = $lines->[$line - 1];
        if ($text =~ /^([A-Za-z_?][\w.\$]*):/) {
            push @symbols, {name => $1, kind => 'label', line => $line};
        } elsif ($text =~ /^([A-Za-z_?][\w.\$]*)\s+$asm_data/ || $text =~ /^%define\s+(\w+)/) {
            push @symbols, {name => $1, kind => 'data', line => $line};
        } elsif ($text =~ /^%i?macro\s+(\w+)/) {
            push @symbols, {name => $1, kind => 'block', line => $line, end => qr/^%endmacro/};
        } elsif ($text =~ /^struc\s+(\w+)/) {
            push @symbols, {name => $1, kind => 'block', line => $line, end => qr/^endstruc/};
        }
    }
    for my $i (0 .. $#symbols) {
        my $symbol = $symbols[$i];
        my $j = $i + 1;
        # A macro or a constant in the middle of a routine doesn't end it.
        $j++ while $symbol->{kind} eq 'label' && $j < @symbols && $symbols[$j]{kind} ne 'label'
          && defined goes_on($lines, $symbol->{line}, $symbols[$j]{line} - 1);
        my $next = $j < @symbols ? $symbols[$j]{line} : @$lines + 1;
        my ($first, $last) = ($symbol->{line}, $next - 1);
        if ($symbol->{kind} eq 'data') {
            ($first, $last) = paragraph($lines, $symbol->{line});
            for my $label (grep { $_->{kind} ne 'data' } @symbols) {
                $first = $label->{line} + 1 if $label->{line} >= $first && $label->{line} < $symbol->{line};
                $last = $label->{line} - 1 if $label->{line} <= $last && $label->{line} > $symbol->{line};
            }
        } elsif ($symbol->{kind} eq 'block') {
            ($last) = grep { $lines->[$_ - 1] =~ $symbol->{end} } $first .. @$lines;
        }
        if ($symbol->{kind} ne 'block') {
            # What stands directly above the next symbol is about that one.
            $last = comment_above($lines, $last + 1, qr/^;/) - 1 if $last == $next - 1;
            $last-- while $last > $first && $lines->[$last - 1] =~ /^\s*((align|section|%if\w*)\b.*)?$/;
        }
        @$symbol{'first', 'last'} = (comment_above($lines, $first, qr/^;/), $last);
    }
    return @symbols;
}

# The operation of a line of assembly, '' where the CPU meets none.
sub operation {
    my ($line) = @_;
    my $text = $line =~ s/;.*//r =~ s/^\s*[\w.?\$]+:(?!:)//r;
    $text =~ s/^\s*(?:(?:o64|a32|o32|rep\w*|lock)\s+)*//;
    my ($operation) = $text =~ /^[\w.\$?]+\s+($asm_data)/ ? $1 : $text =~ /^(\S+)/;
    return '' if !defined $operation || $operation =~ /^(%|(align|bits|default|extern|global|org|section|cpu)\b)/i;
    return lc $operation;
}

# Do lines `first` to `last` of an assembly file end in code that runs on into what follows? Then the number of the
# next line that is code, else undef.
sub goes_on {
    my ($lines, $first, $last) = @_;
    my ($end) = grep { $_ ne '' } map { operation($lines->[$_ - 1]) } reverse $first .. $last;
    return if !defined $end || $end =~ /^(ret[fnq]?|iret[dq]?|jmp|ud2|sysret|equ)$/ || $end =~ /^$asm_data/;
    my ($next) = grep { operation($lines->[$_ - 1]) ne '' } $last + 1 .. @$lines;
    return $next;
}

sub sh_symbols {
    my ($lines) = @_;
    my @symbols;
    for my $line (grep { $lines->[$_ - 1] =~ /^(?:sub )?[\w-]+ ?(?:\(\) )?\{/ } 1 .. @$lines) {
        my ($name) = $lines->[$line - 1] =~ /^(?:sub )?([\w-]+)/;
        my ($last) = grep { $lines->[$_ - 1] =~ /^\}/ } $line .. @$lines;
        push @symbols, {name => $name, kind => 'function',
            first => comment_above($lines, $line, qr/^#(?!!)/), last => $last // $line};
    }
    return @symbols;
}

sub make_symbols {
    my ($lines) = @_;
    my @symbols;
    for my $line (1 .. @$lines) {
        next unless $lines->[$line - 1] =~ /^([\w\$().\/%-]+)\s*(?:::?|[:?+]?=)/;
        my ($first, $last) = paragraph($lines, $line);
        push @symbols, {name => $1, kind => 'rule', first => $first, last => $last};
    }
    return @symbols;
}

1;

# Transcripts: ```console check fences. Their commands are run, in the top folder and in order by one
# shell, and what they print is compared with what the page says.
#
#   $ command     what the reader types; a line that ends in \ goes on
#   ...           a line of the page that stands for any number of lines, none included
#   <n> <hex>     a decimal or hexadecimal number that may differ; <any> is any text within a line
#
# A program of a stage runs where common/lab/run would take it, straight or in the KVM lab.
#
#   check lab     the guest is a whole kernel, which common/lab/run calls --fast
#   check inside  the commands need one another's files, or time: in the lab all of them run together, but
#                 for those that begin with `make`
#   check broken  in a copy of the tree with the changes of the ```diff break= fences above, up to the
#                 heading before
#   check typed   on a terminal, at which somebody types what stands after `login: ` and `# ` at the end
#                 of a prompt; after `Password:` it is password=, or root
#   check slow    only with SLOW=1
#   limit=N       seconds, where the usual limit, which is for what hangs, is not enough

package Transcripts;

use strict;
use warnings;
use File::Basename ();
use File::Temp ();
use Listings;

my $usual_limit = 900;

# How a command begins that runs a program of a stage: with variables, and with what wraps it. A test
# of its own of what happens without /dev/kvm is nothing for the lab.
my $program = qr{((?:(?!KVM_DEVICE)[A-Z_]+=\S*\s+)*)((?:(?:timeout\s\d+|setarch\s-R)\s)*)
    ((?:0\d_\w+|\.\.?)/vm|(?:build/)?tsan/vm)\b}x;

# What make and common/lab/run say about how a program is run, not what it does.
my $building = qr/^  [A-Z]+ +\S+$/;
my $entering = qr/^make(?:\[\d+\])?: (?:(?:Entering|Leaving) directory|Nothing to be done for|.* is up to date) ?/;
my $where    = qr/^Running (?:straight on|in the KVM lab)/;
my $not_output = qr/$building|$entering|$where/;

# Runs them all, and calls $each with page, fence and, where it failed, a sentence.
sub run {
    my ($book, $each, @pages) = @_;
    for my $page (@pages) {
        for my $fence (grep { $_->{language} eq 'console' && $_->{words}{check} } @{$page->{fences}}) {
            if ($fence->{words}{slow} && !$ENV{SLOW}) {
                $each->($page, $fence, undef, 'only with SLOW=1');
                next;
            }
            my $wrong = run_one($book, $page, $fence);
            $book->problem($page, $fence->{first}, $wrong) if $wrong;
            $each->($page, $fence, $wrong);
        }
    }
}

sub run_one {
    my ($book, $page, $fence) = @_;
    my $top = $book->{top};
    my ($copy, $wrong);
    if ($fence->{words}{broken}) {
        ($copy, $wrong) = broken_tree($book, $page, $fence);
        return $wrong if $wrong;
        $top = $copy->dirname;
    }
    (undef, $wrong) = results($top, $fence);
    return $wrong;
}

# Runs a fence below `top`. Returns its steps, each with the lines that it printed, and what is wrong.
sub results {
    my ($top, $fence) = @_;
    my ($steps, $wrong) = steps($fence);
    return (undef, $wrong) if $wrong;
    my $typed = $fence->{words}{typed} ? $fence->{attribute}{password} // 'root' : undef;
    my $limit = $fence->{attribute}{limit} // $usual_limit;
    my $lab = in_lab($top, $fence->{words}{lab});
    my $inside = $lab && $fence->{words}{inside};
    for my $step (@$steps) {
        $step->{run} = $step->{command};
        $step->{inside} = $inside && $step->{command} !~ /^make /;
        $step->{run} =~ s{(^|[;&|(]\s*|\bvm=")$program}{$1 . in_the_lab($2, $3, $4)}ge if $lab && !$inside;
        $step->{run} = typist($step, $limit, $typed, $top) if defined $typed;
    }
    my @printed = execute($top, $steps, $limit);
    for my $i (0 .. $#$steps) {
        my $step = $steps->[$i];
        return ($steps, "`\$ $step->{command}` did not end within $limit seconds, or ended the shell")
          if !defined $printed[$i];
        $wrong = compare($step, $printed[$i]);
        return ($steps, "`\$ $step->{command}` $wrong") if $wrong;
    }
    return $steps;
}

# Would common/lab/run go to the KVM lab?
my %where;

sub in_lab {
    my ($top, $whole_kernel) = @_;
    my $run = "'$top/common/lab/run' --where " . ($whole_kernel ? '--fast' : '');
    return unless -x "$top/common/lab/run";
    return ($where{$whole_kernel // ''} //= `$run`) =~ /^lab/;
}

# The lab, as a command of the shell. What is one stream here is one there: its lines keep their order.
sub lab {
    my ($top) = @_;
    return <<'END' =~ s/TOP/$top/r;
in_lab() {
    if [ /proc/self/fd/1 -ef /proc/self/fd/2 ]; then
        set -- sh -c 'exec "$@" 2>&1' sh "$@"
    fi
    TOP/common/lab/kvm-lab/start --with /usr/share/seabios "$@"
}
END
}

# A program with its variables, which the lab passes on, and its wrappers, which run inside too.
sub in_the_lab {
    my ($variables, $wrappers, $vm) = @_;
    $wrappers =~ s/(timeout|setarch)/\$(command -v $1)/g;
    return "${variables}in_lab $wrappers$vm";
}

sub steps {
    my ($fence) = @_;
    my @steps;
    my $goes_on;
    for my $line (@{$fence->{body}}) {
        if ($goes_on) {
            $steps[-1]{command} .= "\n$line";
            $goes_on = $line =~ /\\$/;
        } elsif ($line =~ /^\$ (.*)/) {
            push @steps, {command => $1, expected => []};
            $goes_on = $1 =~ /\\$/;
        } elsif (@steps) {
            push @{$steps[-1]{expected}}, $line;
        } else {
            return (undef, 'a transcript begins with `$ command`');
        }
    }
    return (undef, 'a transcript without `$ command`') unless @steps;
    return \@steps;
}

# One shell for all commands; a mark before each, and the status of the one before it for `echo $?`.
sub execute {
    my ($top, $steps, $limit) = @_;
    my $mark = "@@ book $$ " . int rand 1e9;
    my $start = "status() { return \$1; }\nlast=0\n";
    my ($script, $inside) = ($start . lab($top), '');
    for my $step (@$steps) {
        my $text = "printf '\\n%s\\n' '$mark'\nstatus \$last\n$step->{run}\nlast=\$?\n";
        if ($step->{inside}) {
            $inside .= $text;
        } else {
            $script .= $text;
        }
    }
    if ($inside) {
        my ($stage) = $inside =~ /\b(0\d_\w+)/;
        $script .= "common/lab/kvm-lab/start --with $stage --with $stage/vm --with /usr/share/seabios sh -c "
          . shell("exec 2>&1\n$start$inside") . "\n";
    }
    $script .= "printf '\\n%s\\n' '$mark'\n";
    my $output = File::Temp->new;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        setpgrp 0, 0;
        chdir $top or die;
        delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS V TRACE HARNESS_ACTIVE)};
        $ENV{TERM} = 'dumb';
        $ENV{LC_ALL} = 'C.UTF-8';  # compilers choose their quotes by it
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', $output->filename;
        open STDERR, '>&', \*STDOUT;
        exec 'timeout', '-k', '5', $limit, 'sh', '-c', $script or die "timeout: $!\n";
    }
    waitpid $pid, 0;
    kill 'KILL', -$pid;
    open my $in, '<:encoding(UTF-8)', $output->filename or die;
    my $text = do { local $/; <$in> } // '';
    print {*STDERR} $text if $ENV{BOOK_VERBOSE};
    $text =~ s/\e\[[\d;?]*[A-Za-z]//g;
    $text =~ tr/\r\0//d;
    my @parts = split /\n?\Q$mark\E\n/, $text, -1;
    return map { defined $parts[$_ + 1] ? $parts[$_] : undef } 1 .. @$steps;
}

# The command with `expect` at its keyboard: it waits for each prompt of the page that has something
# behind it, and types that, a second later: `login` turns the echo off after it asked for the password.
sub typist {
    my ($step, $limit, $password, $top) = @_;
    my $script = "set timeout $limit\nspawn -noecho sh -c \$env(TYPIST)\n";
    for my $line (@{$step->{expected}}) {
        my ($prompt, $typed) = $line =~ /^(.*?(?:login: |# ))(\S.*)$/ ? ($1, $2)
          : $line =~ /^(.*Password:)/ ? ($1, $password) : next;
        $prompt =~ s/.*<(?:n|hex|any)>//;
        $script .= "expect -ex " . tcl($prompt) . " {} timeout {exit 124} eof {exit 1}\n"
          . "sleep 1\nsend -- " . tcl($typed) . "\nsend \\r\n";
    }
    $script .= "expect eof {} timeout {exit 124}\nexit [lindex [wait] 3]\n";
    return 'TYPIST=' . shell(lab($top) . $step->{run}) . ' expect -c ' . shell($script);
}

sub tcl {
    return '"' . $_[0] =~ s/([\\"\$\[\]\{\}])/\\$1/gr . '"';
}

sub shell {
    return q(') . $_[0] =~ s/'/'\\''/gr . q(');
}

# undef where a command's output is as expected.
sub compare {
    my ($step, $text) = @_;
    my @expected = map { s/\s+$//r } @{$step->{expected}};
    my @lines = map { s/\s+$//r } split /\n/, $text;
    @lines = grep { $_ !~ $not_output } @lines unless grep { $_ =~ $not_output } @expected;
    for my $list (\@expected, \@lines) {
        pop @$list while @$list && $list->[-1] eq '';
        shift @$list while @$list && $list->[0] eq '';
    }
    $step->{lines} = \@lines;
    my ($matches, $reached) = match(\@expected, \@lines);
    return if $matches;
    my $got = $reached->[1] < @lines ? "`$lines[$reached->[1]]`" : 'nothing more';
    my $wanted = $reached->[0] < @expected ? "`$expected[$reached->[0]]`" : 'nothing more';
    return "prints $got where the page has $wanted";
}

# A backtracking match of lines; `...` takes as few as it can. Also says how far it got.
sub match {
    my ($expected, $lines) = @_;
    my @patterns = map { /^\s*\.\.\.$/ ? undef : pattern($_) } @$expected;
    my $furthest = [0, 0];
    my %failed;
    my $try;
    $try = sub {
        my ($i, $j) = @_;
        return if $failed{"$i,$j"};
        $furthest = [$i, $j] if $i > $furthest->[0] || ($i == $furthest->[0] && !defined $furthest->[1]);
        return $j == @$lines if $i == @patterns;
        if (!defined $patterns[$i]) {
            for my $k ($j .. @$lines) {
                return 1 if $try->($i + 1, $k);
            }
        } elsif ($j < @$lines && $lines->[$j] =~ $patterns[$i]) {
            return 1 if $try->($i + 1, $j + 1);
        }
        $failed{"$i,$j"} = 1;
        return;
    };
    no warnings 'recursion';
    my $ok = $try->(0, 0);
    return ($ok, $furthest);
}

my %wildcards = ('<n>' => '\d[\d,.]*', '<hex>' => '[0-9A-Fa-f]+', '<any>' => '.*?');

sub pattern {
    my ($line) = @_;
    my $pattern = join '', map { $wildcards{$_} // quotemeta } split /(<n>|<hex>|<any>)/, $line;
    return qr/^$pattern$/;
}

# A copy of the tree with the changes made that the fences above this one show.
sub broken_tree {
    my ($book, $page, $fence) = @_;
    my ($heading) = reverse grep { $_->{line} < $fence->{first} } @{$page->{headings}};
    my @changes = grep { defined $_->{attribute}{break} && $_->{first} < $fence->{first}
          && $_->{first} > ($heading ? $heading->{line} : 0) } @{$page->{fences}};
    return (undef, 'check broken without a ```diff break= fence before it in its section') unless @changes;
    my $copy = File::Temp->newdir;
    my $top = $book->{top};
    system("cd '$top' && tar -cf - --exclude=build --exclude='*.o' --exclude=vm --exclude=.git . | tar -xf - -C '$copy'") == 0
      or return (undef, 'copying the tree failed');
    # What takes minutes to make is shared; objects are not, or those of the tree would be broken, too.
    mkdir "$copy/common/build";
    symlink $_, "$copy/common/build/" . File::Basename::basename($_)
      for grep { !m{/(?:common|test)$} } glob "$top/common/build/*";
    my %text;
    for my $change (@changes) {
        my $file = $change->{attribute}{break};
        my ($text, $wrong) = Listings::broken($top, $change, $text{$file});
        return (undef, "the change above can't be made: $wrong") if $wrong;
        $text{$file} = $text;
    }
    for my $file (keys %text) {
        open my $out, '>:encoding(UTF-8)', "$copy/$file" or die "$copy/$file: $!\n";
        print $out $text{$file};
        close $out;
    }
    return $copy;
}

1;

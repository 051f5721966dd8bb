# The form of a page: headings, length, links, and the places that code is mentioned in prose.

package Shape;

use strict;
use warnings;
use File::Basename ();
use Book;
use Source;

our @chapter_headings = ('Goal', 'Before you start', 'Concept', 'Code', 'Run', 'When it goes wrong',
    'What changed', 'Exercises', 'Further reading');
our @exercise_headings = ('Goal', 'Why it matters', 'Expected result', 'Hints', 'Answer', 'Where to look');
my $kinds = 'fill|break|order|extend|find the bug|explain';
my ($shortest, $longest) = (200, 800);

sub check_headings {
    my ($book, @pages) = @_;
    for my $page (@pages) {
        my @headings = @{$page->{headings}};
        my @titles = grep { $_->{level} == 1 } @headings;
        my $say = sub { $book->problem($page, @_) };
        $say->(1, 'the page has no title: expected `# ...` in its first line')
          unless @titles && $titles[0]{line} == 1;
        $say->($titles[1]{line}, 'a second `#`: one a page') if @titles > 1;
        for my $i (1 .. $#headings) {
            $say->($headings[$i]{line}, "`$headings[$i]{title}` skips a level of headings")
              if $headings[$i]{level} > $headings[$i - 1]{level} + 1;
        }
        my $kind = Book::kind($page);
        check_parts($book, $page, $kind eq 'exercise' ? @exercise_headings : @chapter_headings) if $kind ne 'other';
        check_chapter($book, $page) if $kind eq 'chapter';
        check_exercise($book, $page) if $kind eq 'exercise';
    }
}

# The `##` headings are on the list and in its order.
sub check_parts {
    my ($book, $page, @parts) = @_;
    my $next = 0;
    for my $heading (grep { $_->{level} == 2 } @{$page->{headings}}) {
        my ($at) = grep { $parts[$_] eq $heading->{title} } 0 .. $#parts;
        if (!defined $at) {
            $book->problem($page, $heading->{line},
                "`## $heading->{title}` is none of: " . join(', ', @parts));
        } elsif ($at < $next) {
            $book->problem($page, $heading->{line},
                "`## $heading->{title}` comes too late, or twice: the order is " . join(', ', @parts));
        } else {
            $next = $at + 1;
        }
    }
}

# An exercise has a number, a kind, a time, all parts (the answer where it asks for one), and three hints to
# unfold one after the other.
sub check_exercise {
    my ($book, $page) = @_;
    my ($number) = $page->{path} =~ m{/(0\d-\d\d)_};
    my %have = map { $_->{title} => $_->{line} } grep { $_->{level} == 2 } @{$page->{headings}};
    for my $title (grep { $_ ne 'Answer' && !$have{$_} } @exercise_headings) {
        $book->problem($page, undef, "there is no `## $title`");
    }
    $book->problem($page, 1, "the title does not begin with `$number: `")
      unless ($page->{headings}[0]{title} // '') =~ /^$number: \S/;
    $book->problem($page, 3, "the third line is not `Kind: ($kinds). Time: N minutes. Read first: [...](...).`")
      unless ($page->{lines}[2] // '') =~ /^Kind: (?:$kinds)\. Time: \d+ minutes\. Read first: \[/;
    my $hints = grep { /^<details><summary>/ } @{$page->{lines}};
    my $answer = $have{Answer} ? 1 : 0;
    $book->problem($page, $have{Hints}, "$hints folded blocks, expected three hints" . ($answer ? ' and an answer' : ''))
      unless $hints == 3 + $answer;
}

sub check_chapter {
    my ($book, $page) = @_;
    my %have = map { $_->{title} => $_->{line} } grep { $_->{level} == 2 } @{$page->{headings}};
    for my $title (grep { !$have{$_} } @chapter_headings) {
        $book->problem($page, undef, "there is no `## $title`");
    }
    my $length = @{$page->{lines}} - grep { defined $_->{caption} } @{$page->{fences}};
    $book->problem($page, undef, "$length lines, expected at least $shortest") if $length < $shortest;
    $book->warning($page, undef, "$length lines: has it more than one idea?") if $length > $longest;
    my $in = sub {
        my ($from, $to) = @have{@_};
        return sub { $_[0] > ($from // 0) && $_[0] < ($to // 0) };
    };
    my $goal = $in->('Goal', 'Before you start');
    $book->problem($page, $have{Goal}, 'the goal shows no transcript (a console fence)')
      unless grep { $_->{language} eq 'console' && $goal->($_->{first}) } @{$page->{fences}};
    my $concept = $in->('Concept', 'Code');
    $book->problem($page, $have{Concept}, 'the concept has no diagram (a text fence, or an SVG)')
      unless (grep { $_->{language} eq 'text' && $concept->($_->{first}) } @{$page->{fences}})
      || grep { $_->{text} =~ /!\[.*\]\(.*\.svg\)/ && $concept->($_->{line}) } @{$page->{text}};
}

sub check_links {
    my ($book, @pages) = @_;
    for my $page (@pages) {
        my $folder = File::Basename::dirname($page->{path});
        for my $item (@{$page->{text}}) {
            my $text = $item->{text} =~ s/(`+)(.+?)\1/ /gr;
            check_link($book, $page, $item->{line}, $folder, $_) for $text =~ /\]\(([^)]*)\)/g;
            check_mention($book, $page, $item->{line}, $_) for $item->{text} =~ /(?<!`)`([^`]+)`(?!`)/g;
        }
    }
    check_contents($book);
}

sub check_link {
    my ($book, $page, $line, $folder, $link) = @_;
    return if $link =~ m{^https?://};
    my ($path, $anchor) = $link =~ /^([^#]*)(?:#(.*))?$/;
    my $target = $path eq '' ? $page->{path} : normal("$folder/$path");
    if ($target =~ m{^\.\.} || !-e "$book->{top}/$target") {
        $book->problem($page, $line, "the link $link leads nowhere: there is no $target");
    } elsif (defined $anchor) {
        my $to = $book->{pages}{$target};
        $book->problem($page, $line, "the link $link leads nowhere: $target has no heading #$anchor")
          unless $to && $to->anchors->{$anchor};
    }
}

# A path without `.` and `..`, as far as it stays in the tree.
sub normal {
    my ($path) = @_;
    my @parts;
    for my $part (grep { $_ ne '' && $_ ne '.' } split m{/}, $path) {
        if ($part eq '..' && @parts && $parts[-1] ne '..') {
            pop @parts;
        } else {
            push @parts, $part;
        }
    }
    return join '/', @parts;
}

# `01_hello/main.c` in prose is a file that exists, and `vcpu_run()` a function that the code has or uses.
sub check_mention {
    my ($book, $page, $line, $code) = @_;
    if ($code =~ m{^(0\d_\w+|common|book)/[\w./-]+$} && $code !~ m{(^|/)(build/|vm$)}) {
        $book->problem($page, $line, "`$code` is mentioned, and there is no such file")
          unless -e "$book->{top}/$code" || additions($book, $page) =~ m{^\+\+\+ b/\Q$code\E(/|$)}m;
    } elsif ($code =~ /^([a-zA-Z_]\w*)\(\)$/) {
        $book->problem($page, $line, "`$code` is mentioned, and the code has no such function")
          unless functions($book)->{$1} || additions($book, $page) =~ /\b$1\(/;
    }
}

# What an exercise adds to the code: its new files, each below its name as in a patch, and its patches.
sub additions {
    my ($book, $page) = @_;
    return '' if Book::kind($page) ne 'exercise';
    my $folder = "$book->{top}/" . File::Basename::dirname($page->{path});
    chomp(my @added = `cd '$folder' && find -L add -type f 2>/dev/null`);
    return $page->{additions} //= join "\n", map { '+++ b/' . s{^add/}{}r, @{Source::lines($folder, $_) // []} }
      @added, qw(start.patch solution.patch);
}

# Every name that stands before a parenthesis somewhere in the code, libc's included.
sub functions {
    my ($book) = @_;
    return $book->{functions} //= do {
        my %names;
        for my $file (`cd '$book->{top}' && find 0*_* common book/tools -name '*.[ch]' ! -path '*/build/*' 2>/dev/null`) {
            chomp $file;
            open my $in, '<', "$book->{top}/$file" or next;
            my $text = join '', <$in>;
            $names{$1} = 1 while $text =~ /\b([a-zA-Z_]\w*)(?=\()/g;
        }
        \%names;
    };
}

# Every chapter is in the table of contents, every exercise in that of the exercises.
sub check_contents {
    my ($book) = @_;
    for my $page ($book->pages) {
        next if $page->{path} !~ m{^book/\w+/} || $page->{checked_contents}++;
        my $in = Book::kind($page) eq 'exercise' ? 'book/exercises/README.md' : 'book/README.md';
        my $contents = $book->{pages}{$in} or next;
        my $name = substr $page->{path}, length $in =~ s{README\.md$}{}r;
        $book->problem($page, undef, "the table of contents in $in has no link to it")
          unless grep { $_->{text} =~ /\]\(\Q$name\E\)/ } @{$contents->{text}};
    }
}

1;

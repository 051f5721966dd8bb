# The words of a page: spelling, and terms that are bold once, where they are explained, and not used before without a
# word on what they are.

package Words;

use strict;
use warnings;
use File::Temp ();

sub check_spelling {
    my ($book, @pages) = @_;
    my (%known, %where);
    if (open my $in, '<:encoding(UTF-8)', "$book->{top}/book/words.txt") {
        chomp(my @words = grep { !/^#/ } <$in>);
        @known{@words} = ();
    }
    for my $page (@pages) {
        for my $item ($page->prose) {
            for my $word (words($item->{text})) {
                $where{$word} //= [$page, $item->{line}] unless exists $known{$word};
            }
        }
    }
    for my $word (misspelt(sort keys %where)) {
        $book->problem(@{$where{$word}},
            "`$word` is not a word of British English; if it should be, add it to book/words.txt");
    }
}

# The words of a line, without what is a name or a number: VMCS, 0x3F8, ttyS0, 64-bit.
sub words {
    my ($text) = @_;
    $text =~ tr/\x{2019}/'/;
    my @words;
    for my $token (split m{[^\p{L}\p{N}_'.]+}, $text) {
        next if $token =~ /\w\.\w/;  # main.c
        for my $word (split /\.+/, $token) {
            $word =~ s/^'+|'+$//g;
            $word =~ s/'s$//;
            next if $word =~ /[\d_]/ || $word =~ /^[\p{Lu}]+s?$/ || $word !~ /\p{L}{2}/;
            push @words, $word;
        }
    }
    return @words;
}

sub misspelt {
    my $list = File::Temp->new;
    binmode $list, ':encoding(UTF-8)';
    print $list map { "$_\n" } @_;
    close $list;
    open my $aspell, '-|:encoding(UTF-8)',
      "aspell list --lang=en_GB --encoding=utf-8 <" . $list->filename
      or die "aspell: $!\n";
    chomp(my @wrong = <$aspell>);
    close $aspell or die "aspell failed: are the packages aspell and aspell-en installed?\n";
    my %wrong = map { $_ => 1 } @wrong;
    return grep { $wrong{$_} } @_;
}

# A term is bold where it is explained, and nowhere else in the book.
sub check_terms {
    my ($book, @pages) = @_;
    my (%first, %wanted);
    $wanted{$_->{path}} = 1 for @pages;
    for my $page ($book->pages) {
        for my $item ($page->prose) {
            while ($item->{text} =~ /\*\*([^*]+)\*\*/g) {
                my $term = lc $1;
                $term =~ s/s$//;
                my $before = $first{$term} //= [$page, $item->{line}];
                next if $before->[0] == $page && $before->[1] == $item->{line};
                $book->problem($page, $item->{line},
                    "**$1** is bold a second time; it is explained in $before->[0]{path}:$before->[1]")
                  if $wanted{$page->{path}};
            }
        }
    }
}

# Words of every day that are terms as well, from some chapter on.
my %everyday = map { $_ => 1 } qw(block chain indirect leaf selector shadow stage terminal tick), 'interrupt line';

# The terms of book/glossary.txt, and the abbreviations with which definitions begin, as `GPA: ...` does: a term's key
# => the ways to write it.
sub terms {
    my ($book) = @_;
    my %terms;
    open my $in, '<:encoding(UTF-8)', "$book->{top}/book/glossary.txt" or return {};
    while (<$in>) {
        my ($term, $short) = /^(.+?) \| (?:([A-Z]\w+): )?/ or next;
        $terms{lc $term} = [grep { defined } $term, $short] unless $everyday{lc $term};
    }
    return \%terms;
}

# A chapter that comes before the one that explains a term, or that page above the explanation, may use it, where it
# says in a few words what it is, or links to the explanation, in the first paragraph that has it.
sub check_early {
    my ($book, @pages) = @_;
    my (%wanted, %at, @order);
    $wanted{$_->{path}} = 1 for @pages;
    my $terms = terms($book);
    for my $page (grep { $_->{path} =~ m{^book/(before|0\d_\w+)/} } $book->pages) {
        push @order, $page;
        for my $item ($page->prose) {
            $at{lc $1} //= [$page, $item->{line}] while $item->{text} =~ /\*\*([^*]+)\*\*/g;
        }
    }
    for my $key (grep { $at{$_} } sort keys %$terms) {
        my ($home, $line) = @{$at{$key}};
        for my $page (@order) {
            early($book, $page, $terms->{$key}, $home, $page == $home ? $line : undef) if $wanted{$page->{path}};
            last if $page == $home;
        }
    }
}

# The first paragraph of a page that uses a term, above line `end`, if there is one.
sub early {
    my ($book, $page, $names, $home, $end) = @_;
    my $any = join '|', map { /\p{Lu}/ ? "\Q$_\E" : "(?i:\Q$_\E)" } @$names;
    my $link = $home->{path} =~ s{.*/}{}r;
    for my $paragraph (paragraphs($page)) {
        last if $end && $paragraph->{line} + $paragraph->{count} > $end;
        next unless $paragraph->{text} =~ /(?<![\w-])($any)(?:s|es)?(?![\w-]|\.\w)/;
        my ($used, $before, $after) = ($1, $`, $');
        return if $paragraph->{raw} =~ /\Q$link\E|glossary\.md/ || is_glossed($before, $after);
        $book->problem($page, $paragraph->{line} + ($before =~ tr/\n//), "`$used` comes before $home->{path} explains it: "
              . 'say in a few words what it is, or link to there');
        return;
    }
}

# What is said of a term that stands between two texts: `X, the ...`, `X (...)`, `X: ...`, `(X)`, `called X`.
sub is_glossed {
    my ($before, $after) = @_;
    return $after =~ /^[\s"`*]*(?:\(|[:;]\s|,\s(?:an?|the|that|those|which|whose|where|who|with|in|or|as|so)\s)/
      || $before =~ /(?:\(|\bcalled\s|\bcalls?\s[^.,;]*)[\s"`*]*$/;
}

# Paragraphs of prose: no headings, no tables, no titles of documents.
sub paragraphs {
    my ($page) = @_;
    my ($reading) = map { $_->{line} } grep { $_->{title} eq 'Further reading' } @{$page->{headings}};
    my %heading = map { $_->{line} => 1 } @{$page->{headings}};
    my @paragraphs;
    for my $item ($page->prose) {
        my ($number, $text) = @$item{qw(line text)};
        last if $reading && $number > $reading;
        next if $heading{$number} || $text =~ /^\s*\|/;
        push @paragraphs, {line => $number, count => 0, text => '', raw => ''}
          unless @paragraphs && $number == $paragraphs[-1]{line} + $paragraphs[-1]{count};
        $paragraphs[-1]{count}++;
        $paragraphs[-1]{text} .= "$text\n";
        $paragraphs[-1]{raw} .= "$page->{lines}[$number - 1]\n";
    }
    return @paragraphs;
}

1;

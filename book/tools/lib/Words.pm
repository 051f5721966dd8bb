# The words of a page: spelling, and terms that are bold once, where they are explained.

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

1;

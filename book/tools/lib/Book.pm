# The whole book: its pages in reading order, and the problems and warnings found in them.

package Book;

use strict;
use warnings;
use Page;

sub new {
    my ($class, $top) = @_;
    my $self = bless {top => $top, problems => [], warnings => [], pages => {}}, $class;
    chomp(my @files = `cd '$top' && find book -name '*.md' ! -path '*/build/*' | LC_ALL=C sort`);
    @files or die "$top: no pages below book/\n";
    $self->{pages}{$_} = Page->read($top, $_) for @files;
    $self->{order} = [$self->reading_order];
    return $self;
}

# The cover, then what it links to, then whatever it forgot.
sub reading_order {
    my ($self) = @_;
    my @order;
    if (my $cover = $self->{pages}{'book/README.md'}) {
        push @order, 'book/README.md';
        for my $item (@{$cover->{text}}) {
            push @order, grep { $self->{pages}{$_} } map { "book/$_" }
              $item->{text} =~ /\]\(([\w.\/-]+\.md)(?:#[^)]*)?\)/g;
        }
    }
    my %seen;
    return grep { !$seen{$_}++ } @order, sort keys %{$self->{pages}};
}

# The pages with these paths, or all of them, in reading order.
sub pages {
    my ($self, @paths) = @_;
    my %wanted = map { $_ => 1 } @paths;
    return map { $self->{pages}{$_} } grep { !@paths || $wanted{$_} } @{$self->{order}};
}

# chapter: of a stage; before: of the part before the first; exercise; other: covers, appendices, this and that.
sub kind {
    my ($page) = @_;
    return 'chapter' if $page->{path} =~ m{^book/0\d_\w+/\d+_\w+\.md$};
    return 'before' if $page->{path} =~ m{^book/before/\d+_\w+\.md$};
    return 'exercise' if $page->{path} =~ m{^book/exercises/0\d-\d\d_\w+/README\.md$};
    return 'other';
}

sub problem {
    my ($self, $page, $line, $sentence) = @_;
    my $path = ref $page ? $page->{path} : $page;
    push @{$self->{problems}}, "$path:" . ($line ? "$line:" : '') . " $sentence";
}

# Something to think about, which fails no check.
sub warning {
    my ($self, $page, $line, $sentence) = @_;
    push @{$self->{warnings}}, "$page->{path}:" . ($line ? "$line:" : '') . " warning: $sentence";
}

1;

# A page as pandoc should read it: listings with captions, transcripts with prompts, links that lead to
# pages of the site, and no comments.

package Render;

use strict;
use warnings;
use File::Basename ();
use Diagram;
use Listings;
use Shape;

my $nowhere = 'leads:nowhere';

# Markdown for pandoc. `link` maps a path in the tree and an anchor to where a link should lead; undef
# leaves only its text. `heading` maps a heading's level, its title and its anchor to a line, where it shouldn't
# stay as it is.
sub markdown {
    my ($page, $link, $heading) = @_;
    my @out;
    my %fence_at = map { $_->{first} => $_ } @{$page->{fences}};
    my %caption_at = map { $_->{first} - 1 => 1 } grep { defined $_->{caption} } @{$page->{fences}};
    my $folder = File::Basename::dirname($page->{path});
    my $number = 1;
    my (%heading_at, %seen);
    %heading_at = map { $_->{line} => $_ } @{$page->{headings}} if $heading;
    while ($number <= @{$page->{lines}}) {
        if (my $fence = $fence_at{$number}) {
            push @out, '', fence($fence, $link, $page->{top}), '';
            $number = ($fence->{last} // @{$page->{lines}}) + 1;
            next;
        }
        if ($caption_at{$number}) {
            # The listing's own, below, leads within the site.
        } elsif (my $title = $heading_at{$number}) {
            my $slug = Page::slug($title->{title});
            my $count = $seen{$slug}++;
            push @out, $heading->($title->{level}, $title->{title}, $count ? "$slug-$count" : $slug);
        } else {
            push @out, text($page->{lines}[$number - 1], $page, $folder, $link);
        }
        $number++;
    }
    my $text = join "\n", @out, '';
    $text =~ s/\[((?:[^\[\]`]|`[^`]*`)*)\]\(\Q$nowhere\E\)/$1/g;
    return $text;
}

# A line of prose: code stays as it is.
sub text {
    my ($line, $page, $folder, $link) = @_;
    $line =~ s/<!--.*?-->//g;
    my @parts = split /(`+[^`]+`+)/, $line;
    my $plain = $line =~ /^#|!\[/; # where no HTML may be
    for my $part (grep { !/^`/ } @parts) {
        $part =~ s{\]\(([^)#\s]*)(?:#([^)]*))?\)}{'](' . (target($page, $folder, $1, $2, $link) // $nowhere) . ')'}ge;
        $part =~ s{\b(VT-[xd]|AMD-V)\b}{<span class="whole">$1</span>}g unless $plain;
    }
    return join '', @parts;
}

sub target {
    my ($page, $folder, $path, $anchor, $link) = @_;
    return $path . (defined $anchor ? "#$anchor" : '') if $path =~ m{^https?:};
    my $file = $path eq '' ? $page->{path} : Shape::normal("$folder/$path");
    return $link->($file, $anchor);
}

sub fence {
    my ($fence, $link, $top) = @_;
    my $attribute = $fence->{attribute};
    my $body = join "\n", @{$fence->{body}};
    if ($fence->{language} eq 'console') {
        my ($html, $prompt) = (escape($body), $body =~ /^# / ? '#' : '$');  # root's, or anybody's
        $html =~ s{^(\Q$prompt\E (?:.*\\\n)*.*)}{<b>$1</b>}mg;
        return qq(<pre class="console"><code>$html</code></pre>);
    }
    if (defined $attribute->{picture}) {
        my $svg = Diagram::svg("$top/book/pictures/diagrams/$attribute->{picture}.txt", $attribute->{picture} =~ tr/_/ /r);
        return qq(<figure class="diagram">$svg</figure>);
    }
    if ($fence->{language} =~ /^(text|markdown)?$/) {
        # What all lines are indented by would be missing on a phone.
        my ($indent) = sort { length $a <=> length $b } $body =~ /^( *)(?=[^ \n])/mg;
        $body =~ s/^$indent//mg if $indent;
        return '<pre class="text' . shape($body) . '"><code>' . escape($body) . '</code></pre>';
    }
    my $code = "````````{.$fence->{language}}\n$body\n````````";
    my $caption = caption($attribute, $link, first_line($fence, $top)) // return $code;
    return "<figure>\n<figcaption>$caption</figcaption>\n\n$code\n\n</figure>";
}

# Lines of words may be broken; a drawing may not, and has smaller letters where it is very wide.
sub shape {
    my ($body) = @_;
    return ' says' unless $body =~ s/^\[05\] +//mgr =~ /\S {2,}\S|[|+^~]|--/;
    return (grep { length > 98 } split /\n/, $body) ? ' wide' : '';
}

# The line of its file with which a listing of a part begins: in the page of a file, pandoc calls it cb1-LINE.
sub first_line {
    my ($fence, $top) = @_;
    my $attribute = $fence->{attribute};
    return unless defined $attribute->{file} && !defined $attribute->{from};
    return unless grep { defined $attribute->{$_} } qw(symbol anchor lines);
    my ($text) = Listings::text($top, $fence);
    return ($text && (grep { $_ } @{$text->{numbers}})[0]) // ();
}

# Where a listing is from, with a link to its beginning in the whole file.
sub caption {
    my ($attribute, $link, $line) = @_;
    my $names = escape($attribute->{symbol} // $attribute->{anchor} // '');
    my $file = $attribute->{file} // '';
    my $to = sub {
        my $href = $link->($_[0], $_[2] && "cb1-$_[2]");
        return defined $href ? qq(<a href="$href">) . escape($_[1] // $_[0]) . '</a>' : escape($_[1] // $_[0]);
    };
    my $where =
        defined $attribute->{break} ? 'A change to try in ' . $to->($attribute->{break})
      : defined $attribute->{from}
      ? ($file eq '' ? "$attribute->{from} → " . $to->($attribute->{to})
        : "$attribute->{from} → $attribute->{to}: " . $to->("$attribute->{to}/$file", $file))
      : $file ne '' ? $to->($file, undef, $line)
      :               return;
    return $names eq '' ? $where : "$where: $names";
}

sub escape {
    my ($text) = @_;
    $text =~ s/&/&amp;/g;
    $text =~ s/</&lt;/g;
    $text =~ s/>/&gt;/g;
    $text =~ s/"/&quot;/g;
    return $text;
}

1;

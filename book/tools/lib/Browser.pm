# Chromium without a window, driven through two pipes: commands go in, answers and events come out, JSON
# with a NUL behind each. Source: Chrome DevTools Protocol; `--remote-debugging-pipe`.

package Browser;

use strict;
use warnings;
use File::Temp ();
use JSON::PP ();
use POSIX ();

my @flags = qw(--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
  --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage
  --hide-scrollbars --remote-debugging-pipe);

# A browser with one page, or undef where there is no Chromium.
sub new {
    my ($class) = @_;
    my ($program) = grep { defined && -x } map { my $dir = $_; map { "$dir/$_" } qw(chromium chromium-browser) }
      split /:/, $ENV{PATH};
    return unless $program;
    my $profile = File::Temp->newdir;
    pipe(my $command_in, my $command_out) or die "pipe: $!\n";
    pipe(my $answer_in, my $answer_out) or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        setpgrp 0, 0;
        # 3 and 4 may be taken by what is copied to them: move both out of the way first.
        POSIX::dup2(fileno $command_in, 113);
        POSIX::dup2(fileno $answer_out, 114);
        POSIX::dup2(113, 3);
        POSIX::dup2(114, 4);
        POSIX::close($_) for 113, 114;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec $program, @flags, "--user-data-dir=$profile", 'about:blank' or POSIX::_exit(127);
    }
    close $command_in;
    close $answer_out;
    binmode $_ for $command_out, $answer_in;
    $command_out->autoflush(1);
    my $self = bless {pid => $pid, profile => $profile, out => $command_out, in => $answer_in, last => 0,
        buffer => '', events => []}, $class;
    my ($page) = grep { $_->{type} eq 'page' } @{$self->call('Target.getTargets')->{targetInfos}};
    $page //= $self->call('Target.createTarget', {url => 'about:blank'});
    $self->{session} = $self->call('Target.attachToTarget',
        {targetId => $page->{targetId}, flatten => JSON::PP::true})->{sessionId};
    $self->call("$_.enable") for qw(Page Runtime Log Network);
    return $self;
}

# A command and its answer. Events that come in between are kept.
sub call {
    my ($self, $method, $parameters) = @_;
    my $id = ++$self->{last};
    my $message = {id => $id, method => $method, params => $parameters // {}};
    $message->{sessionId} = $self->{session} if $self->{session};
    print {$self->{out}} JSON::PP::encode_json($message), "\0";
    while (1) {
        my $answer = $self->next_message;
        if (($answer->{id} // 0) == $id) {
            die "$method: $answer->{error}{message}\n" if $answer->{error};
            return $answer->{result};
        }
        push @{$self->{events}}, $answer if $answer->{method};
    }
}

sub next_message {
    my ($self) = @_;
    local $SIG{ALRM} = sub { die "Chromium does not answer\n" };
    alarm 400;  # against a hang, on a busy machine
    my $end;
    while (($end = index $self->{buffer}, "\0") < 0) {
        sysread $self->{in}, $self->{buffer}, 65536, length $self->{buffer} or die "Chromium has ended\n";
    }
    alarm 0;
    my $text = substr $self->{buffer}, 0, $end + 1, '';
    chop $text;
    return JSON::PP::decode_json($text);
}

# Opens an address and waits until all of it is there.
sub open_page {
    my ($self, $url) = @_;
    $self->{events} = [];
    my $answer = $self->call('Page.navigate', {url => $url});
    die "$url: $answer->{errorText}\n" if $answer->{errorText};
    until (grep { $_->{method} eq 'Page.loadEventFired' } @{$self->{events}}) {
        my $event = $self->next_message;
        push @{$self->{events}}, $event if $event->{method};
    }
}

sub size {
    my ($self, $width, $height) = @_;
    $self->call('Emulation.setDeviceMetricsOverride', {width => $width + 0, height => $height + 0,
        deviceScaleFactor => 1, mobile => JSON::PP::false});
}

# The value of a JavaScript expression in the page; a promise is waited for.
sub value {
    my ($self, $expression) = @_;
    my $answer = $self->call('Runtime.evaluate', {expression => $expression, returnByValue => JSON::PP::true,
        awaitPromise => JSON::PP::true});
    die "$answer->{exceptionDetails}{text}: $expression\n" if $answer->{exceptionDetails};
    return $answer->{result}{value};
}

# What the page complained about since it was opened, and what it asked other hosts for.
sub complaints {
    my ($self) = @_;
    my @said;
    for my $event (@{$self->{events}}) {
        my $parameters = $event->{params};
        push @said, "exception: $parameters->{exceptionDetails}{text}" if $event->{method} eq 'Runtime.exceptionThrown';
        push @said, "log: $parameters->{entry}{text} $parameters->{entry}{url}" if $event->{method} eq 'Log.entryAdded'
          && $parameters->{entry}{level} eq 'error';
        push @said, "console: $parameters->{args}[0]{value}" if $event->{method} eq 'Runtime.consoleAPICalled'
          && $parameters->{type} =~ /^(error|warning|assert)$/;
        push @said, "request to $parameters->{request}{url}" if $event->{method} eq 'Network.requestWillBeSent'
          && $parameters->{request}{url} !~ /^(file|data|about):/;
    }
    return @said;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $@);
    kill 'KILL', -$self->{pid} if $self->{pid};
    waitpid $self->{pid}, 0 if $self->{pid};
}

1;

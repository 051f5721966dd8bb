// `--net`: what is at the other end of the cable. See wire.h. All that can be wrong with it is said
// here, before there is a machine.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <net/if.h>

#include "common/host/file.h"
#include "wire.h"

static int stream_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        bad_usage("--net: %s, expected a socket", strerror(errno));
    return fd;
}

static struct sockaddr_un address_of(const char *text, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (!*path || strlen(path) >= sizeof(address.sun_path))
        bad_usage("--net %s: a path of %zu bytes, expected 1 to %zu", text, strlen(path),
                  sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, path, strlen(path));
    return address;
}

// In a virtual machine, such as the KVM lab, one of virtio's serial ports may lead to the socket.
static int socket_connect(const char *text, const char *path)
{
    struct sockaddr_un address = address_of(text, path);
    const char *real = realpath(path, NULL);
    bool port = real && strncmp(real, "/dev/vport", 10) == 0;
    int fd = port ? open(path, O_RDWR | O_CLOEXEC) : stream_socket();

    if (fd < 0 || (!port && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0))
        bad_usage("--net %s: %s, expected a stream socket at which somebody listens", text,
                  strerror(errno));
    return fd;
}

// A socket that a program left behind, at which nobody listens any more, makes room.
static void remove_left_over(const char *path, const struct sockaddr_un *address)
{
    int probe = stream_socket();
    struct stat st;

    if (connect(probe, (const struct sockaddr *)address, sizeof(*address)) < 0 &&
        errno == ECONNREFUSED && stat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
    close(probe);
}

static int socket_listen(const char *text, const char *path)
{
    struct sockaddr_un address = address_of(text, path);
    int fd = stream_socket();

    remove_left_over(path, &address);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
        bad_usage("--net %s: %s, expected a path at which nothing is", text, strerror(errno));
    return fd;
}

// The kernel would make an interface that isn't there, and that nobody then knows of.
static int tap_open(const char *text, const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), size = sizeof(struct virtio_net_header);

    if (fd < 0)
        bad_usage("--net %s: /dev/net/tun: %s, expected taps to be there", text, strerror(errno));
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    if (strcmp(name, request.ifr_name) != 0 || if_nametoindex(name) == 0)
        bad_usage(
            "--net %s: no such interface, expected a tap (ip tuntap add NAME mode tap user YOU)",
            text);
    if (ioctl(fd, TUNSETIFF, &request) < 0 || ioctl(fd, TUNSETVNETHDRSZ, &size) < 0)
        bad_usage("--net %s: %s, expected a tap that is yours and not in use", text,
                  strerror(errno));
    return fd;
}

void wire_option(struct wire_end *end, const char *text)
{
    const char *name = strchr(text, '=');

    if (end->text)
        bad_usage("--net: %s is the second, expected one network", text);
    *end = (struct wire_end){.text = text, .fd = -1, .listener = -1};
    if (strncmp(text, "socket=", 7) == 0)
        end->fd = socket_connect(text, name + 1);
    else if (strncmp(text, "listen=", 7) == 0)
        end->listener = socket_listen(text, name + 1);
    else if (strncmp(text, "tap=", 4) == 0)
        end->fd = tap_open(text, name + 1), end->tap = true;
    else
        bad_usage("--net %s: expected socket=PATH, listen=PATH or tap=NAME", text);
    fcntl(end->fd < 0 ? end->listener : end->fd, F_SETFL, O_NONBLOCK);
}

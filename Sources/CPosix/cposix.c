#define _GNU_SOURCE
#include "cposix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifndef EMBEDDED_SWIFT
#include <netdb.h>
#include <stdio.h>
#endif

static int64_t copy_text(const char *value, uint8_t *buffer, size_t capacity) {
    if (value == NULL) return -1;
    size_t length = strlen(value);
    if (length <= capacity) memcpy(buffer, value, length);
    return (int64_t)length;
}

int64_t cposix_environment(const char *name, uint8_t *buffer, size_t capacity) {
    return copy_text(getenv(name), buffer, capacity);
}

static int argument_count = 0;
static char **argument_values = NULL;

// Embedded Swift hands no arguments to its main, but the C library hands them to constructors.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    argument_values = values;
}

int64_t cposix_argument(int32_t index, uint8_t *buffer, size_t capacity) {
    if (index < 1 || index >= argument_count) return -1;
    return copy_text(argument_values[index], buffer, capacity);
}

void cposix_log(const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

// An interrupted connect goes on in the background; the socket becomes writable when it is decided.
static int finish_connect(int descriptor) {
    struct pollfd state = {.fd = descriptor, .events = POLLOUT};
    while (poll(&state, 1, -1) < 0) {
        if (errno != EINTR) return -errno;
    }
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
    return -error;
}

static int32_t connect_to(const struct sockaddr *address, socklen_t length) {
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int result = 0;
    if (connect(descriptor, address, length) < 0)
        result = errno == EINTR ? finish_connect(descriptor) : -errno;
    if (result < 0) {
        close(descriptor);
        return result;
    }
    // A request is one write, and its answer is awaited: there is nothing to coalesce.
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

#ifndef EMBEDDED_SWIFT
static int32_t connect_by_name(const char *host, uint16_t port) {
    char service[6];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0) return -EADDRNOTAVAIL;
    int32_t result = -EADDRNOTAVAIL;
    for (struct addrinfo *entry = found; entry != NULL && result < 0; entry = entry->ai_next)
        result = connect_to(entry->ai_addr, entry->ai_addrlen);
    freeaddrinfo(found);
    return result;
}
#endif

int32_t cposix_connect(const uint8_t *host, size_t count, uint16_t port) {
    char name[256];
    if (count >= sizeof name) return -ENAMETOOLONG;
    memcpy(name, host, count);
    name[count] = 0;
    if (strcmp(name, "localhost") == 0) strcpy(name, "127.0.0.1");

    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, name, &v4.sin_addr) == 1)
        return connect_to((const struct sockaddr *)&v4, sizeof v4);
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, name, &v6.sin6_addr) == 1)
        return connect_to((const struct sockaddr *)&v6, sizeof v6);
#ifdef EMBEDDED_SWIFT
    return -EADDRNOTAVAIL;
#else
    return connect_by_name(name, port);
#endif
}

int32_t cposix_is_idle(int32_t descriptor) {
    uint8_t byte;
    for (;;) {
        ssize_t count = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (count >= 0) return 0;
        if (errno == EINTR) continue;
        return errno == EAGAIN || errno == EWOULDBLOCK;
    }
}

int32_t cposix_send(int32_t descriptor, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        // A broken connection is a result here, not a signal that ends the process.
        ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return -errno;
        bytes += sent;
        count -= (size_t)sent;
    }
    return 0;
}

int64_t cposix_receive(int32_t descriptor, uint8_t *buffer, size_t capacity) {
    for (;;) {
        ssize_t count = recv(descriptor, buffer, capacity, 0);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

void cposix_close(int32_t descriptor) {
    close(descriptor);
}

void cposix_sleep(uint32_t milliseconds) {
    struct timespec rest = {
        .tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    while (nanosleep(&rest, &rest) < 0 && errno == EINTR) {
    }
}

void cposix_exit(int32_t status) {
    exit(status);
}

#ifdef EMBEDDED_SWIFT
// Seeds the hashing of dictionaries and sets. Nothing may depend on their order, and if something
// did, it would at least be the same in every run of the machine.
void arc4random_buf(void *buffer, size_t count) {
    memset(buffer, 0, count);
}
#endif

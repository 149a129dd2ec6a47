#include "cposix.h"

#include <errno.h>
#include <unistd.h>

int64_t cposix_read_input(uint8_t *buffer, size_t capacity) {
    for (;;) {
        ssize_t count = read(STDIN_FILENO, buffer, capacity);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

int32_t cposix_write_output(const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -errno;
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

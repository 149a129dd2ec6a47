#include "cposix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int32_t cposix_is_directory(const char *path) {
    struct stat status;
    if (stat(path, &status) < 0) return -errno;
    return S_ISDIR(status.st_mode) ? 1 : 0;
}

int64_t cposix_file_size(const char *path) {
    struct stat status;
    if (stat(path, &status) < 0) return -errno;
    if (!S_ISREG(status.st_mode)) return -EINVAL;
    return status.st_size;
}

int64_t cposix_read_file(const char *path, uint8_t *buffer, size_t capacity) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -errno;
    size_t count = 0;
    while (count < capacity) {
        ssize_t part = read(file, buffer + count, capacity - count);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) {
            int error = errno;
            close(file);
            return -error;
        }
        if (part == 0) break;
        count += part;
    }
    close(file);
    return (int64_t)count;
}

int64_t cposix_directory_names(const char *path, uint8_t *buffer, size_t capacity) {
    DIR *directory = opendir(path);
    if (directory == NULL) return -errno;
    size_t count = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(directory);
        if (entry == NULL) break;
        size_t length = strlen(entry->d_name) + 1;
        if (count + length <= capacity) memcpy(buffer + count, entry->d_name, length);
        count += length;
    }
    int error = errno;
    closedir(directory);
    return error != 0 ? -error : (int64_t)count;
}

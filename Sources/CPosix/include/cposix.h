#pragma once

// What the rollup client needs of the operating system, in one thin layer: environment,
// diagnostics, files, one TCP connection, sleep and exit. Calls that were interrupted by a signal are
// resumed here. Failures are negative error numbers (errno), never a global state.

#include <stddef.h>
#include <stdint.h>

/// The length of an environment variable's value, or -1 when it is not set. The value is copied to
/// `buffer`, without a terminator, only when it fits `capacity`.
int64_t cposix_environment(const char *name, uint8_t *buffer, size_t capacity);

/// The length of a command-line argument, counted from 1, or -1 when there are not that many. The
/// value is copied to `buffer`, without a terminator, only when it fits `capacity`.
int64_t cposix_argument(int32_t index, uint8_t *buffer, size_t capacity);

/// Writes to the standard error stream, unbuffered; a failure is ignored.
void cposix_log(const uint8_t *bytes, size_t count);

/// Connects to a TCP server, without Nagle's delay. `host` is an IPv4 or IPv6 address or
/// "localhost"; other names are looked up, except in the machine, which has no network.
/// Gives a descriptor or a negative error number.
int32_t cposix_connect(const uint8_t *host, size_t count, uint16_t port);

/// Whether the connection is open with nothing to read: a peer that has closed it, or that talks
/// unasked, must not be sent a request.
int32_t cposix_is_idle(int32_t descriptor);

/// Hands all bytes to the system: 0, or a negative error number when some were left over.
int32_t cposix_send(int32_t descriptor, const uint8_t *bytes, size_t count);

/// Waits for bytes: how many came, 0 at the end of the stream, or a negative error number.
int64_t cposix_receive(int32_t descriptor, uint8_t *buffer, size_t capacity);

void cposix_close(int32_t descriptor);

void cposix_sleep(uint32_t milliseconds);

__attribute__((noreturn)) void cposix_exit(int32_t status);

// Files and directories, read whole before the first input.

/// Whether the path is a directory: 1 or 0, or a negative error number.
int32_t cposix_is_directory(const char *path);

/// The size of a regular file in bytes, or a negative error number: -EINVAL for anything else.
int64_t cposix_file_size(const char *path);

/// Reads a file from its beginning into `buffer`: how many bytes, at most `capacity`, or a negative
/// error number.
int64_t cposix_read_file(const char *path, uint8_t *buffer, size_t capacity);

/// Writes the names in a directory, each with a zero byte behind it, in no particular order: how many
/// bytes they take together, or a negative error number. Nothing is cut: what does not fit `capacity`
/// is left out, and then the count is larger than it.
int64_t cposix_directory_names(const char *path, uint8_t *buffer, size_t capacity);

// Standard input and output, for programs that answer lines with lines.

/// Waits for bytes on standard input: how many came, 0 at its end, or a negative error number.
int64_t cposix_read_input(uint8_t *buffer, size_t capacity);

/// Writes all bytes to standard output: 0, or a negative error number when some were left over.
int32_t cposix_write_output(const uint8_t *bytes, size_t count);

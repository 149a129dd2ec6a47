#pragma once

#include <stdint.h>

/// Bytes that the C library's allocator has handed out, with what it keeps beside each piece.
uint64_t heap_in_use(void);

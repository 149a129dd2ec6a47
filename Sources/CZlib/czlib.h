// What DeML takes from zlib: raw DEFLATE (RFC 1951) and CRC-32, over buffers below 4 GiB.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

// Decompresses all of `input` into exactly `size` bytes; 0 when it is anything else. `output` has at
// least one byte, also when `size` is 0.
static inline int czlib_inflate(const uint8_t *input, size_t count, uint8_t *output, size_t size) {
  z_stream stream = {0};
  if (count > UINT32_MAX || size > UINT32_MAX || inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 0;
  stream.next_in = (Bytef *)input;
  stream.avail_in = (uInt)count;
  stream.next_out = output;
  stream.avail_out = (uInt)size;
  int result = inflate(&stream, Z_FINISH);
  int is_whole = result == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
  inflateEnd(&stream);
  return is_whole;
}

static inline uint32_t czlib_crc32(const uint8_t *bytes, size_t count) {
  return count > UINT32_MAX ? 0 : (uint32_t)crc32(0, bytes, (uInt)count);
}

// The two primitives that DeML takes from nettle: SHA-256 and the Keccak-f[1600] permutation.
// nettle's own names are macros (`#define sha256_init nettle_sha256_init`), which Swift cannot see.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>

#define CNETTLE_INLINE static inline __attribute__((always_inline))

CNETTLE_INLINE void cnettle_sha256_init(struct sha256_ctx *context) { sha256_init(context); }

CNETTLE_INLINE void cnettle_sha256_update(struct sha256_ctx *context, size_t length,
                                          const uint8_t *data) {
  sha256_update(context, length, data);
}

CNETTLE_INLINE void cnettle_sha256_digest(struct sha256_ctx *context, uint8_t *digest) {
  sha256_digest(context, SHA256_DIGEST_SIZE, digest);
}

// One application of Keccak-f[1600] to 25 little-endian 64-bit lanes.
CNETTLE_INLINE void cnettle_keccak_permute(uint64_t *lanes) {
  sha3_permute((struct sha3_state *)lanes);
}

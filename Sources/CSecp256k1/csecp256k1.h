// The one thing that DeML takes from libsecp256k1: the public key behind a recoverable signature.
#pragma once

#include <stdint.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#define CSECP256K1_INLINE static inline __attribute__((always_inline))

// key[64] = x ‖ y of the key that made the signature rs[64] = r ‖ s, parity in 0..3, of digest[32];
// 0 when there is none. Recovering is public arithmetic: the library's constant context has all that
// it needs, so there is no context to create, to blind or to free.
CSECP256K1_INLINE int csecp256k1_recover(uint8_t *key, const uint8_t *rs, int parity,
                                         const uint8_t *digest) {
  secp256k1_ecdsa_recoverable_signature signature;
  secp256k1_pubkey point;
  uint8_t encoded[65];
  size_t length = sizeof encoded;
  const secp256k1_context *context = secp256k1_context_static;
  if (!secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature, rs, parity)) return 0;
  if (!secp256k1_ecdsa_recover(context, &point, &signature, digest)) return 0;
  if (!secp256k1_ec_pubkey_serialize(context, encoded, &length, &point, SECP256K1_EC_UNCOMPRESSED))
    return 0;
  // encoded[0] is the tag 0x04.
  for (int i = 0; i < 64; i++) key[i] = encoded[1 + i];
  return 1;
}

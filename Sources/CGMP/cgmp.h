// The low-level `mpn` functions that DeML takes from libgmp, on fixed 64-bit limbs (least
// significant first). GMP's own names are macros, which Swift cannot see.
#pragma once

#include <gmp.h>
#include <stdint.h>

#define CGMP_INLINE static inline __attribute__((always_inline))

_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NAIL_BITS == 0,
               "DeML needs GMP with full 64-bit limbs");

// product[8] = a[4] * b[4]
CGMP_INLINE void cgmp_multiply_256(uint64_t *product, const uint64_t *a, const uint64_t *b) {
  mpn_mul_n((mp_ptr)product, (mp_srcptr)a, (mp_srcptr)b, 4);
}

// numerator[n] / divisor[d], d <= n, the top limb of the divisor not zero:
// quotient gets n - d + 1 limbs, remainder gets d limbs.
CGMP_INLINE void cgmp_divide(uint64_t *quotient, uint64_t *remainder, const uint64_t *numerator,
                             long n, const uint64_t *divisor, long d) {
  mpn_tdiv_qr((mp_ptr)quotient, (mp_ptr)remainder, 0, (mp_srcptr)numerator, n, (mp_srcptr)divisor,
              d);
}

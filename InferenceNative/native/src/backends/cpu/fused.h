#pragma once

#include <bit>
#include <cstdint>

namespace preble {

/// a * b + c, rounded once, also where the processor has no such instruction and the library's function would be a slow call.
///
/// The product of two floats is exact in double. The sum is rounded to odd there (truncated, and its last bit set when anything was
/// lost), which keeps what the second rounding, to float, needs to know: S. Boldo, G. Melquiond, "Emulation of a FMA and
/// correctly-rounded sums: proved algorithms using rounding to odd", 2008.
static inline float fused_multiply_add(float a, float b, float c)
{
#if defined(__FP_FAST_FMAF)
    return __builtin_fmaf(a, b, c);
#else
    const double product = static_cast<double>(a) * static_cast<double>(b);
    const double addend = static_cast<double>(c);
    const double sum = product + addend;
    // Exactly what the addition lost (Knuth's TwoSum); not a number when the sum is none or infinite.
    const double back = sum - product;
    const double lost = (product - (sum - back)) + (addend - back);
    // Without branches or comparisons of integers, so that compilers can do several at once.
    const uint64_t bits = std::bit_cast<uint64_t>(sum);
    const uint64_t lost_bits = std::bit_cast<uint64_t>(lost);
    const uint64_t magnitude = lost_bits << 1;
    const uint64_t inexact = (magnitude | (0 - magnitude)) >> 63;
    const uint64_t away = ((bits ^ lost_bits) >> 63) & inexact;
    const double odd = std::bit_cast<double>((bits - away) | inexact);
    return static_cast<float>(lost == lost ? odd : sum);
#endif
}

}

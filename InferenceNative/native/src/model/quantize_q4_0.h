#pragma once

#include <cmath>
#include <cstdint>

#include "model/half.h"

namespace preble {

/// One block of 32 weights as Q4_0; quantize.h has the formula.
void quantize_q4_0(const float* x, uint8_t* out);

/// Scales beyond the largest half stay at it: an infinite one would make a weight of zero no number.
static inline uint16_t scale_to_half(float scale)
{
    constexpr float largest_half = 65504;
    return float_to_half(std::fmin(std::fmax(scale, -largest_half), largest_half));
}

static inline float inverse_of(float scale) { return scale == 0 ? 0.0f : 1.0f / scale; }

/// The nearest whole number within the bounds, ties to even. What is no number becomes the lower bound.
static inline float nearest_code(float value, float low, float high)
{
    // Adding and taking away 1.5 * 2^23 leaves the whole numbers, and unlike a call of nearbyint the compiler can do it for a vector.
    constexpr float shift = 12582912;
    const float bounded = std::fmin(std::fmax(value, low), high);
    return (bounded + shift) - shift;
}

}

#pragma once

#include <cmath>
#include <cstdint>

namespace preble::testing {

/// A half from its definition: a sign, an exponent, and 1024 steps to the next power of two. Only for values that fit.
inline uint16_t half_bits(float value)
{
    int exponent = 0;
    std::frexp(value, &exponent);
    exponent = exponent < -13 ? -13 : exponent;
    const int steps = static_cast<int>(std::nearbyint(std::ldexp(std::fabs(value), 11 - exponent)));
    return static_cast<uint16_t>((std::signbit(value) ? 0x8000 : 0) + (exponent + 13) * 1024 + steps);
}

inline float half_value(const uint8_t* at)
{
    const int bits = at[0] + at[1] * 256;
    const int exponent = bits / 1024 % 32;
    const int steps = bits % 1024;
    const float sign = bits < 0x8000 ? 1.0f : -1.0f;
    if (exponent == 31) {
        return steps == 0 ? sign * INFINITY : NAN;
    }
    return sign *
           (exponent == 0 ? std::ldexp(static_cast<float>(steps), -24) : std::ldexp(static_cast<float>(1024 + steps), exponent - 25));
}

}

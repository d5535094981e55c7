#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "preble_inference.h"
#include "seeded_random.h"

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

inline void append_bits(std::vector<uint8_t>& to, const void* from, size_t bytes)
{
    const uint8_t* const at = static_cast<const uint8_t*>(from);
    to.insert(to.end(), at, at + bytes);
}

inline void append_half(std::vector<uint8_t>& to, float value)
{
    const uint16_t bits = half_bits(value);
    append_bits(to, &bits, sizeof bits);
}

/// A tensor's bytes in a file: `count` random weights of about the given size. Block types are filled with random codes, all of them in
/// use.
inline std::vector<uint8_t> random_tensor(SeededRandom& random, pi_type type, int64_t count, float size, float middle = 0)
{
    std::vector<uint8_t> bytes;
    if (type == PI_TYPE_F32 || type == PI_TYPE_F16 || type == PI_TYPE_BF16) {
        for (int64_t i = 0; i < count; ++i) {
            const float value = middle + size * random.normal();
            if (type == PI_TYPE_F16) {
                append_half(bytes, value);
            } else {
                const uint8_t* const at = reinterpret_cast<const uint8_t*>(&value);
                append_bits(bytes, type == PI_TYPE_F32 ? at : at + 2, type == PI_TYPE_F32 ? 4 : 2);
            }
        }
        return bytes;
    }
    for (int64_t block = 0; block < count / 32; ++block) {
        const float scale = size * random.uniform(0.5f, 1.5f) / (type == PI_TYPE_Q8_0 ? 73.0f : 4.6f);
        append_half(bytes, random.below(4) == 0 && type != PI_TYPE_Q4_1 ? -scale : scale);
        if (type == PI_TYPE_Q4_1) {
            append_half(bytes, -scale * random.uniform(6.0f, 9.0f));
        }
        for (int i = 0; i < (type == PI_TYPE_Q8_0 ? 32 : 16); ++i) {
            bytes.push_back(random.byte());
        }
    }
    return bytes;
}

/// The value of weight `index` of a row, straight from the format's description.
inline double plain_weight(pi_type type, const uint8_t* row, int64_t index)
{
    const int64_t block = index / 32;
    const int64_t within = index % 32;
    const auto nibble = [&](const uint8_t* from) { return within < 16 ? from[within] & 15 : from[within - 16] >> 4; };
    switch (type) {
    case PI_TYPE_F32: {
        float value;
        std::memcpy(&value, row + index * 4, 4);
        return static_cast<double>(value);
    }
    case PI_TYPE_F16: return static_cast<double>(half_value(row + index * 2));
    case PI_TYPE_BF16: {
        const uint8_t bits[4] = {0, 0, row[index * 2], row[index * 2 + 1]};
        float value;
        std::memcpy(&value, bits, 4);
        return static_cast<double>(value);
    }
    case PI_TYPE_Q4_0: return static_cast<double>(half_value(row + block * 18)) * (nibble(row + block * 18 + 2) - 8);
    case PI_TYPE_Q4_1: {
        const uint8_t* const at = row + block * 20;
        return static_cast<double>(half_value(at)) * nibble(at + 4) + static_cast<double>(half_value(at + 2));
    }
    case PI_TYPE_Q8_0: return static_cast<double>(half_value(row + block * 34)) * static_cast<int8_t>(row[block * 34 + 2 + within]);
    default: break;
    }
    return 0;
}

}

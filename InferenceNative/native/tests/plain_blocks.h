#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>

#include "half_value.h"
#include "preble_inference.h"

// The dumb version of GGML's blocks of 256 and of IQ4: each format is unpacked byte by byte in the order in which its description lists the
// bytes, into arrays of whole numbers, and only then multiplied out, in double precision.
namespace preble::testing {

/// What a block says of weight i: scales[i] * codes[i] + minimums[i].
struct PlainBlock {
    std::array<double, 256> scales = {};
    std::array<double, 256> minimums = {};
    std::array<int, 256> codes = {};

    double weight(int64_t i) const
    {
        const size_t at = static_cast<size_t>(i);
        return scales[at] * codes[at] + minimums[at];
    }
};

inline PlainBlock plain_q2_k(const uint8_t* block)
{
    PlainBlock result;
    const double d = static_cast<double>(half_value(block + 80));
    const double m = static_cast<double>(half_value(block + 82));
    for (size_t i = 0; i < 256; ++i) {
        result.scales[i] = d * (block[i / 16] % 16);
        result.minimums[i] = -m * (block[i / 16] / 16);
    }
    for (size_t byte = 0; byte < 64; ++byte) {
        int bits = block[16 + byte];
        for (size_t k = 0; k < 4; ++k, bits /= 4) {
            result.codes[byte / 32 * 128 + k * 32 + byte % 32] = bits % 4;
        }
    }
    return result;
}

inline PlainBlock plain_q3_k(const uint8_t* block)
{
    PlainBlock result;
    std::array<int, 16> scales = {};
    for (size_t byte = 0; byte < 8; ++byte) {
        scales[byte] = block[96 + byte] % 16;
        scales[byte + 8] = block[96 + byte] / 16;
    }
    for (size_t byte = 0; byte < 4; ++byte) {
        int bits = block[104 + byte];
        for (size_t k = 0; k < 4; ++k, bits /= 4) {
            scales[k * 4 + byte] += bits % 4 * 16;
        }
    }
    for (size_t i = 0; i < 256; ++i) {
        result.scales[i] = static_cast<double>(half_value(block + 108)) * (scales[i / 16] - 32);
    }
    for (size_t byte = 0; byte < 64; ++byte) {
        int bits = block[32 + byte];
        for (size_t k = 0; k < 4; ++k, bits /= 4) {
            result.codes[byte / 32 * 128 + k * 32 + byte % 32] = bits % 4 - 4;
        }
    }
    for (size_t byte = 0; byte < 32; ++byte) {
        int bits = block[byte];
        for (size_t k = 0; k < 8; ++k, bits /= 2) {
            result.codes[k * 32 + byte] += bits % 2 * 4;
        }
    }
    return result;
}

/// Q4_K, and with 32 bytes of fifth bits Q5_K.
inline PlainBlock plain_q45_k(const uint8_t* block, bool fifth)
{
    PlainBlock result;
    const double d = static_cast<double>(half_value(block));
    const double m = static_cast<double>(half_value(block + 2));
    const uint8_t* const packed = block + 4;
    for (size_t i = 0; i < 4; ++i) {
        const int scale[2] = {packed[i] % 64, packed[i + 8] % 16 + packed[i] / 64 * 16};
        const int minimum[2] = {packed[i + 4] % 64, packed[i + 8] / 16 + packed[i + 4] / 64 * 16};
        for (size_t half = 0; half < 2; ++half) {
            for (size_t k = 0; k < 32; ++k) {
                result.scales[half * 128 + i * 32 + k] = d * scale[half];
                result.minimums[half * 128 + i * 32 + k] = -m * minimum[half];
            }
        }
    }
    const uint8_t* const nibbles = block + (fifth ? 48 : 16);
    for (size_t byte = 0; byte < 128; ++byte) {
        result.codes[byte / 32 * 64 + byte % 32] = nibbles[byte] % 16;
        result.codes[byte / 32 * 64 + byte % 32 + 32] = nibbles[byte] / 16;
    }
    for (size_t byte = 0; fifth && byte < 32; ++byte) {
        int bits = block[16 + byte];
        for (size_t k = 0; k < 8; ++k, bits /= 2) {
            result.codes[k * 32 + byte] += bits % 2 * 16;
        }
    }
    return result;
}

inline PlainBlock plain_q6_k(const uint8_t* block)
{
    PlainBlock result;
    for (size_t i = 0; i < 256; ++i) {
        result.scales[i] = static_cast<double>(half_value(block + 208)) * static_cast<int8_t>(block[192 + i / 16]);
    }
    for (size_t byte = 0; byte < 128; ++byte) {
        result.codes[byte / 64 * 128 + byte % 64] = block[byte] % 16 - 32;
        result.codes[byte / 64 * 128 + byte % 64 + 64] = block[byte] / 16 - 32;
    }
    for (size_t byte = 0; byte < 64; ++byte) {
        int bits = block[128 + byte];
        for (size_t k = 0; k < 4; ++k, bits /= 4) {
            result.codes[byte / 32 * 128 + k * 32 + byte % 32] += bits % 4 * 16;
        }
    }
    return result;
}

inline int plain_iq4_value(int code)
{
    constexpr int values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    return values[code];
}

inline PlainBlock plain_iq4_xs(const uint8_t* block)
{
    PlainBlock result;
    int upper = block[2] + block[3] * 256;
    for (size_t part = 0; part < 8; ++part, upper /= 4) {
        const int lower = part % 2 == 0 ? block[4 + part / 2] % 16 : block[4 + part / 2] / 16;
        for (size_t k = 0; k < 16; ++k) {
            const uint8_t byte = block[8 + part * 16 + k];
            result.codes[part * 32 + k] = plain_iq4_value(byte % 16);
            result.codes[part * 32 + k + 16] = plain_iq4_value(byte / 16);
        }
        for (size_t k = 0; k < 32; ++k) {
            result.scales[part * 32 + k] = static_cast<double>(half_value(block)) * (lower + upper % 4 * 16 - 32);
        }
    }
    return result;
}

/// A block of 256 of the given type.
inline PlainBlock plain_block(pi_type type, const uint8_t* block)
{
    switch (type) {
    case PI_TYPE_Q2_K: return plain_q2_k(block);
    case PI_TYPE_Q3_K: return plain_q3_k(block);
    case PI_TYPE_Q4_K: return plain_q45_k(block, false);
    case PI_TYPE_Q5_K: return plain_q45_k(block, true);
    case PI_TYPE_Q6_K: return plain_q6_k(block);
    case PI_TYPE_IQ4_XS: return plain_iq4_xs(block);
    default: throw std::logic_error("not a type with blocks of 256");
    }
}

}

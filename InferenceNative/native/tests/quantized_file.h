#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "half_value.h"
#include "plain_blocks.h"
#include "preble_inference.h"
#include "seeded_random.h"

namespace preble::testing {

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

/// A block format as the tests fill it: random codes everywhere, then halves for its scale and minimum.
struct BlockFormat {
    pi_type type;
    int weights;
    int bytes;
    int scale_at;
    int minimum_at;   // -1: none
    float spread;     // of the weights when the scale is 1
    float minimum;    // in scales; a random share around it
};

/// The format of a block type; null for the floats.
inline const BlockFormat* block_format(pi_type type)
{
    static constexpr BlockFormat formats[] = {
        {PI_TYPE_Q4_0, 32, 18, 0, -1, 4.6f, 0},        {PI_TYPE_Q4_1, 32, 20, 0, 2, 4.6f, -7.5f},
        {PI_TYPE_Q5_0, 32, 22, 0, -1, 9.2f, 0},        {PI_TYPE_Q5_1, 32, 24, 0, 2, 9.2f, -15.5f},
        {PI_TYPE_Q8_0, 32, 34, 0, -1, 73.0f, 0},       {PI_TYPE_Q2_K, 256, 84, 80, 82, 14.0f, 1.5f},
        {PI_TYPE_Q3_K, 256, 110, 108, -1, 42.0f, 0},   {PI_TYPE_Q4_K, 256, 144, 0, 2, 256.0f, 7.5f},
        {PI_TYPE_Q5_K, 256, 176, 0, 2, 520.0f, 15.5f}, {PI_TYPE_Q6_K, 256, 210, 208, -1, 1350.0f, 0},
        {PI_TYPE_IQ4_NL, 32, 18, 0, -1, 66.0f, 0},     {PI_TYPE_IQ4_XS, 256, 136, 0, -1, 1220.0f, 0},
    };
    for (const BlockFormat& format : formats) {
        if (format.type == type) {
            return &format;
        }
    }
    return nullptr;
}

inline void put_half(uint8_t* at, float value)
{
    const uint16_t bits = half_bits(value);
    std::memcpy(at, &bits, sizeof bits);
}

/// A tensor's bytes in a file: `count` random weights of about the given size. Block types are filled with random codes, all of them in
/// use.
inline std::vector<uint8_t> random_tensor(SeededRandom& random, pi_type type, int64_t count, float size, float middle = 0)
{
    std::vector<uint8_t> bytes;
    const BlockFormat* const format = block_format(type);
    if (format == nullptr) {
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
    std::vector<uint8_t> block(static_cast<size_t>(format->bytes));
    for (int64_t i = 0; i < count / format->weights; ++i) {
        for (uint8_t& byte : block) {
            byte = random.byte();
        }
        const float scale = size * random.uniform(0.5f, 1.5f) / format->spread;
        put_half(&block[static_cast<size_t>(format->scale_at)], random.below(4) == 0 && format->minimum_at < 0 ? -scale : scale);
        if (format->minimum_at >= 0) {
            put_half(&block[static_cast<size_t>(format->minimum_at)], scale * format->minimum * random.uniform(0.8f, 1.2f));
        }
        append_bits(bytes, block.data(), block.size());
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
    case PI_TYPE_Q5_0:
    case PI_TYPE_Q5_1: {
        const bool minimum = type == PI_TYPE_Q5_1;
        const uint8_t* const at = row + block * (minimum ? 24 : 22);
        const uint8_t* const fifth = at + (minimum ? 4 : 2);
        const int code = nibble(fifth + 4) + (fifth[within / 8] >> (within % 8)) % 2 * 16;
        return static_cast<double>(half_value(at)) * (minimum ? code : code - 16) +
               (minimum ? static_cast<double>(half_value(at + 2)) : 0.0);
    }
    case PI_TYPE_Q8_0: return static_cast<double>(half_value(row + block * 34)) * static_cast<int8_t>(row[block * 34 + 2 + within]);
    case PI_TYPE_IQ4_NL: return static_cast<double>(half_value(row + block * 18)) * plain_iq4_value(nibble(row + block * 18 + 2));
    default: break;
    }
    return plain_block(type, row + index / 256 * block_format(type)->bytes).weight(index % 256);
}

/// All weights of a row.
inline void append_plain_row(std::vector<double>& to, pi_type type, const uint8_t* row, int64_t columns)
{
    const BlockFormat* const format = block_format(type);
    const bool large = format != nullptr && format->weights == 256;
    PlainBlock block;
    for (int64_t i = 0; i < columns; ++i) {
        if (large && i % 256 == 0) {
            block = plain_block(type, row + i / 256 * format->bytes);
        }
        to.push_back(large ? block.weight(i % 256) : plain_weight(type, row, i));
    }
}

}

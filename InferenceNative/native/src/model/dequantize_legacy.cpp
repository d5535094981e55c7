#include "model/block_formats.h"

namespace preble {
namespace {

constexpr int half_block = 16;

/// A block's 32 numbers: nibbles, each with `fifth`'s bit of the same index above it.
void scale_nibbles(const uint8_t* nibbles, uint32_t fifth, float scale, int zero, float minimum, float* out)
{
    for (int i = 0; i < half_block; ++i) {
        const int low = (nibbles[i] & 15) + static_cast<int>(fifth >> i & 1) * 16;
        const int high = (nibbles[i] >> 4) + static_cast<int>(fifth >> (i + half_block) & 1) * 16;
        out[i] = scale * static_cast<float>(low - zero) + minimum;
        out[i + half_block] = scale * static_cast<float>(high - zero) + minimum;
    }
}

uint32_t read_u32(const uint8_t* at)
{
    uint32_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

}

void dequantize_q4_0(const uint8_t* block, float* out) { scale_nibbles(block + 2, 0, read_half(block), 8, 0, out); }

void dequantize_q4_1(const uint8_t* block, float* out) { scale_nibbles(block + 4, 0, read_half(block), 0, read_half(block + 2), out); }

void dequantize_q5_0(const uint8_t* block, float* out) { scale_nibbles(block + 6, read_u32(block + 2), read_half(block), 16, 0, out); }

void dequantize_q5_1(const uint8_t* block, float* out)
{
    scale_nibbles(block + 8, read_u32(block + 4), read_half(block), 0, read_half(block + 2), out);
}

void dequantize_q8_0(const uint8_t* block, float* out)
{
    const float scale = read_half(block);
    for (int i = 0; i < 2 * half_block; ++i) {
        out[i] = scale * static_cast<float>(static_cast<int8_t>(block[2 + i]));
    }
}

}

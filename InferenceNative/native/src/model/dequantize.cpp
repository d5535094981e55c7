#include "model/dequantize.h"

#include <cstring>

#include "error.h"
#include "model/half.h"

namespace preble {
namespace {

constexpr int q4_0_bytes = 18;
constexpr int q4_1_bytes = 20;
constexpr int q8_0_bytes = 34;

uint16_t read_u16(const uint8_t* at)
{
    uint16_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

float read_half(const uint8_t* at) { return half_to_float(read_u16(at)); }

/// Low nibbles are the block's first half, high nibbles its second.
void dequantize_nibbles(const uint8_t* nibbles, float scale, float minimum, float* out)
{
    for (int i = 0; i < block_weights / 2; ++i) {
        out[i] = scale * static_cast<float>(nibbles[i] & 15) + minimum;
        out[i + block_weights / 2] = scale * static_cast<float>(nibbles[i] >> 4) + minimum;
    }
}

void dequantize_q4_0(const uint8_t* block, float* out)
{
    const float scale = read_half(block);
    for (int i = 0; i < block_weights / 2; ++i) {
        out[i] = scale * static_cast<float>((block[2 + i] & 15) - 8);
        out[i + block_weights / 2] = scale * static_cast<float>((block[2 + i] >> 4) - 8);
    }
}

void dequantize_q8_0(const uint8_t* block, float* out)
{
    const float scale = read_half(block);
    for (int i = 0; i < block_weights; ++i) {
        out[i] = scale * static_cast<float>(static_cast<int8_t>(block[2 + i]));
    }
}

}

bool is_block_type(pi_type type)
{
    return type == PI_TYPE_Q4_0 || type == PI_TYPE_Q4_1 || type == PI_TYPE_Q8_0;
}

int64_t row_bytes(pi_type type, int64_t columns)
{
    switch (type) {
    case PI_TYPE_F32: return columns * 4;
    case PI_TYPE_F16:
    case PI_TYPE_BF16: return columns * 2;
    case PI_TYPE_Q4_0: return columns / block_weights * q4_0_bytes;
    case PI_TYPE_Q4_1: return columns / block_weights * q4_1_bytes;
    case PI_TYPE_Q8_0: return columns / block_weights * q8_0_bytes;
    default: break;
    }
    fail(PI_INTERNAL, "no row size for type %d", static_cast<int>(type));
}

void dequantize_row(pi_type type, const uint8_t* row, int64_t columns, float* out)
{
    const int64_t blocks = columns / block_weights;
    switch (type) {
    case PI_TYPE_F32: std::memcpy(out, row, static_cast<size_t>(columns) * sizeof(float)); return;
    case PI_TYPE_F16:
        for (int64_t i = 0; i < columns; ++i) {
            out[i] = read_half(row + i * 2);
        }
        return;
    case PI_TYPE_BF16:
        for (int64_t i = 0; i < columns; ++i) {
            out[i] = bfloat_to_float(read_u16(row + i * 2));
        }
        return;
    case PI_TYPE_Q4_0:
        for (int64_t i = 0; i < blocks; ++i) {
            dequantize_q4_0(row + i * q4_0_bytes, out + i * block_weights);
        }
        return;
    case PI_TYPE_Q4_1:
        for (int64_t i = 0; i < blocks; ++i) {
            const uint8_t* const block = row + i * q4_1_bytes;
            dequantize_nibbles(block + 4, read_half(block), read_half(block + 2), out + i * block_weights);
        }
        return;
    case PI_TYPE_Q8_0:
        for (int64_t i = 0; i < blocks; ++i) {
            dequantize_q8_0(row + i * q8_0_bytes, out + i * block_weights);
        }
        return;
    default: fail(PI_INTERNAL, "type %d has no plain form", static_cast<int>(type));
    }
}

}

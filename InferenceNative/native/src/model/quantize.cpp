#include "model/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "error.h"
#include "model/dequantize.h"
#include "model/half.h"
#include "model/quantize_q4_0.h"

namespace preble {
namespace {

constexpr float largest_q8 = 127;
constexpr float largest_q4 = 15;

void quantize_q8_0(const float* x, uint8_t* out)
{
    float largest = 0;
    for (int i = 0; i < block_weights; ++i) {
        largest = std::fmax(largest, std::fabs(x[i]));
    }
    const uint16_t bits = scale_to_half(largest / largest_q8);
    const float inverse = inverse_of(half_to_float(bits));
    std::memcpy(out, &bits, sizeof bits);
    for (int i = 0; i < block_weights; ++i) {
        out[2 + i] = static_cast<uint8_t>(static_cast<int8_t>(nearest_code(x[i] * inverse, -largest_q8, largest_q8)));
    }
}

void quantize_q4_1(const float* x, uint8_t* out)
{
    float smallest = x[0];
    float largest = x[0];
    for (int i = 1; i < block_weights; ++i) {
        smallest = std::fmin(smallest, x[i]);
        largest = std::fmax(largest, x[i]);
    }
    const uint16_t minimum = scale_to_half(smallest);
    const float from = half_to_float(minimum);
    const uint16_t scale = scale_to_half((largest - from) / largest_q4);
    const float inverse = inverse_of(half_to_float(scale));
    std::memcpy(out, &scale, sizeof scale);
    std::memcpy(out + 2, &minimum, sizeof minimum);
    for (int i = 0; i < block_weights / 2; ++i) {
        const float low = nearest_code((x[i] - from) * inverse, 0, largest_q4);
        const float high = nearest_code((x[i + block_weights / 2] - from) * inverse, 0, largest_q4);
        out[4 + i] = static_cast<uint8_t>(static_cast<int>(low) | static_cast<int>(high) << 4);
    }
}

void quantize_blocks(void (*quantize)(const float* x, uint8_t* out), pi_type type, const float* row, int64_t columns, uint8_t* out)
{
    const int64_t bytes = row_bytes(type, block_weights);
    for (int64_t block = 0; block < columns / block_weights; ++block) {
        quantize(row + block * block_weights, out + block * bytes);
    }
}

void narrow(uint16_t (*to_bits)(float), const float* row, int64_t columns, uint8_t* out)
{
    for (int64_t i = 0; i < columns; ++i) {
        const uint16_t bits = to_bits(row[i]);
        std::memcpy(out + i * 2, &bits, sizeof bits);
    }
}

}

bool can_quantize(int32_t type)
{
    return type == PI_TYPE_F32 || type == PI_TYPE_F16 || type == PI_TYPE_BF16 || type == PI_TYPE_Q8_0 || type == PI_TYPE_Q4_0 ||
           type == PI_TYPE_Q4_1;
}

void quantize_row(pi_type type, const float* row, int64_t columns, uint8_t* out)
{
    switch (type) {
    case PI_TYPE_F32: std::memcpy(out, row, static_cast<size_t>(columns) * sizeof(float)); return;
    case PI_TYPE_F16: narrow(float_to_half, row, columns, out); return;
    case PI_TYPE_BF16: narrow(float_to_bfloat, row, columns, out); return;
    case PI_TYPE_Q8_0: quantize_blocks(quantize_q8_0, type, row, columns, out); return;
    case PI_TYPE_Q4_0: quantize_blocks(quantize_q4_0, type, row, columns, out); return;
    case PI_TYPE_Q4_1: quantize_blocks(quantize_q4_1, type, row, columns, out); return;
    default: fail(PI_INTERNAL, "rows cannot be written in type %d", static_cast<int>(type));
    }
}

}

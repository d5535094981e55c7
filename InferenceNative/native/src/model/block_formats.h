#pragma once

#include <cstdint>
#include <cstring>

#include "model/half.h"

// GGML's block formats, one function each: the weights of one block in float32. A q is a small whole number, d a scale and m a minimum,
// both halves.
namespace preble {

static inline uint16_t read_u16(const uint8_t* at)
{
    uint16_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

static inline float read_half(const uint8_t* at) { return half_to_float(read_u16(at)); }

// Blocks of 32: d * (q - zero) or d * q + m. The first sixteen weights are the low nibbles, the others the high ones.
void dequantize_q4_0(const uint8_t* block, float* out);  // d, 16 bytes of nibbles; zero 8
void dequantize_q4_1(const uint8_t* block, float* out);  // d, m, 16 bytes of nibbles
void dequantize_q5_0(const uint8_t* block, float* out);  // d, 32 fifth bits, 16 bytes of nibbles; zero 16
void dequantize_q5_1(const uint8_t* block, float* out);  // d, m, 32 fifth bits, 16 bytes of nibbles
void dequantize_q8_0(const uint8_t* block, float* out);  // d, 32 signed bytes

// Blocks of 256, whose parts of 16 or 32 have a small whole scale (and minimum) of their own, relative to the block's.
void dequantize_q2_k(const uint8_t* block, float* out);  // 16 parts: d * scale * q - m * minimum
void dequantize_q3_k(const uint8_t* block, float* out);  // 16 parts: d * (scale - 32) * (q - 4)
void dequantize_q4_k(const uint8_t* block, float* out);  // 8 parts: d * scale * q - m * minimum
void dequantize_q5_k(const uint8_t* block, float* out);  // the same
void dequantize_q6_k(const uint8_t* block, float* out);  // 16 parts: d * scale * (q - 32)

// d * codebook[q]; in IQ4_XS each of the 8 parts of 256 has d * (scale - 32).
void dequantize_iq4_nl(const uint8_t* block, float* out);
void dequantize_iq4_xs(const uint8_t* block, float* out);

/// The sixteen values of an IQ4 weight: denser near zero, as weights are. They fit a signed byte.
constexpr int8_t iq4_codebook[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// The scale of one of an IQ4_XS block's eight parts, from -32 to 31: the factor of its d.
int iq4_xs_scale(const uint8_t* block, int part);

}

#include "model/block_formats.h"

namespace preble {
namespace {

constexpr int block = 256;

/// Scale and minimum of part 0 to 7 of a Q4_K or Q5_K block: six bits each in twelve bytes. The first four parts have bytes of their
/// own; the others have nibbles in the last four bytes and their top bits above those of the first.
struct ScaleAndMinimum {
    ScaleAndMinimum(const uint8_t* packed, int part)
        : scale(part < 4 ? packed[part] & 63 : (packed[part + 4] & 15) | packed[part - 4] >> 6 << 4),
          minimum(part < 4 ? packed[part + 4] & 63 : packed[part + 4] >> 4 | packed[part] >> 6 << 4)
    {
    }

    int scale;
    int minimum;
};

/// Q4_K and Q5_K: parts of 32, two to 32 bytes of nibbles, low ones first; bit `part` of fifth[i] is above the nibble of weight i.
void dequantize_nibble_parts(const uint8_t* header, const uint8_t* fifth, const uint8_t* nibbles, float* out)
{
    const float d = read_half(header);
    const float m = read_half(header + 2);
    for (int part = 0; part < 8; ++part) {
        const ScaleAndMinimum of(header + 4, part);
        const float scale = d * static_cast<float>(of.scale);
        const float minimum = m * static_cast<float>(of.minimum);
        for (int i = 0; i < 32; ++i) {
            const uint8_t byte = nibbles[part / 2 * 32 + i];
            const int low = part % 2 == 0 ? byte & 15 : byte >> 4;
            const int top = fifth == nullptr ? 0 : fifth[i] >> part & 1;
            out[part * 32 + i] = scale * static_cast<float>(low + top * 16) - minimum;
        }
    }
}

/// The two low bits of weight i in Q2_K and Q3_K: four weights a byte, 32 apart, in halves of 128.
int two_bits(const uint8_t* packed, int i) { return packed[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3; }

}

void dequantize_q2_k(const uint8_t* at, float* out)
{
    const float d = read_half(at + 80);
    const float m = read_half(at + 82);
    for (int i = 0; i < block; ++i) {
        const uint8_t pair = at[i / 16];
        out[i] = d * static_cast<float>(pair & 15) * static_cast<float>(two_bits(at + 16, i)) - m * static_cast<float>(pair >> 4);
    }
}

void dequantize_q3_k(const uint8_t* at, float* out)
{
    const uint8_t* const packed = at + 96;
    const float d = read_half(at + 108);
    for (int part = 0; part < 16; ++part) {
        // Eight bytes of nibbles, low ones first, then four bytes with the upper bit pairs.
        const int low = part < 8 ? packed[part] & 15 : packed[part - 8] >> 4;
        const int high = packed[8 + part % 4] >> (part / 4 * 2) & 3;
        const float scale = d * static_cast<float>((low | high << 4) - 32);
        for (int i = part * 16; i < part * 16 + 16; ++i) {
            const int top = at[i % 32] >> (i / 32) & 1;
            out[i] = scale * static_cast<float>(two_bits(at + 32, i) + top * 4 - 4);
        }
    }
}

void dequantize_q4_k(const uint8_t* at, float* out) { dequantize_nibble_parts(at, nullptr, at + 16, out); }

void dequantize_q5_k(const uint8_t* at, float* out) { dequantize_nibble_parts(at, at + 16, at + 48, out); }

void dequantize_q6_k(const uint8_t* at, float* out)
{
    const uint8_t* const scales = at + 192;
    const float d = read_half(at + 208);
    for (int i = 0; i < block; ++i) {
        // In halves of 128: 64 bytes of nibbles, low ones first, and 32 bytes of upper bit pairs.
        const int half = i / 128;
        const int within = i % 128;
        const uint8_t byte = at[half * 64 + within % 64];
        const int low = within < 64 ? byte & 15 : byte >> 4;
        const int high = at[128 + half * 32 + within % 32] >> (within / 32 * 2) & 3;
        out[i] = d * static_cast<float>(static_cast<int8_t>(scales[i / 16])) * static_cast<float>((low | high << 4) - 32);
    }
}

}

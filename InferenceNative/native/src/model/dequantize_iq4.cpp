#include "model/block_formats.h"

namespace preble {
namespace {

constexpr int half_part = 16;

void look_up(const uint8_t* nibbles, float scale, float* out)
{
    for (int i = 0; i < half_part; ++i) {
        out[i] = scale * static_cast<float>(iq4_codebook[nibbles[i] & 15]);
        out[i + half_part] = scale * static_cast<float>(iq4_codebook[nibbles[i] >> 4]);
    }
}

}

int iq4_xs_scale(const uint8_t* block, int part)
{
    // Six bits: the upper two of all parts in one number, the lower four two parts a byte.
    const int high = read_u16(block + 2) >> (2 * part) & 3;
    const int low = block[4 + part / 2] >> (4 * (part % 2)) & 15;
    return (low | high << 4) - 32;
}

void dequantize_iq4_nl(const uint8_t* block, float* out) { look_up(block + 2, read_half(block), out); }

void dequantize_iq4_xs(const uint8_t* block, float* out)
{
    const float d = read_half(block);
    for (int part = 0; part < 8; ++part) {
        look_up(block + 8 + part * half_part, d * static_cast<float>(iq4_xs_scale(block, part)), out + part * 2 * half_part);
    }
}

}

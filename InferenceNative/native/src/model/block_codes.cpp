#include "model/block_codes.h"

#include "error.h"
#include "model/block_formats.h"
#include "model/dequantize.h"
#include "model/half.h"

namespace preble {
namespace {

uint16_t scaled(uint16_t half, int factor) { return float_to_half(half_to_float(half) * static_cast<float>(factor)); }

/// The first sixteen codes are the low nibbles, the others the high ones.
void read_nibbles(const uint8_t* from, uint8_t* codes)
{
    for (int i = 0; i < 16; ++i) {
        codes[i] = from[i] & 15;
        codes[16 + i] = from[i] >> 4;
    }
}

/// Bit i of the four bytes is the fifth bit of code i.
void add_fifth_bits(const uint8_t* from, uint8_t* codes)
{
    for (int i = 0; i < 32; ++i) {
        codes[i] |= static_cast<uint8_t>((from[i / 8] >> i % 8 & 1) << 4);
    }
}

/// Types of blocks of 32: a scale, perhaps a minimum, perhaps fifth bits, nibbles. Without a minimum, zero is a code in the middle.
BlockCodes read_plain(const uint8_t* block, bool minimum, bool fifths)
{
    BlockCodes result;
    result.halves[0] = read_u16(block);
    result.halves[1] = minimum ? read_u16(block + 2) : scaled(result.halves[0], fifths ? -16 : -8);
    const uint8_t* const bits = block + (minimum ? 4 : 2);
    read_nibbles(bits + (fifths ? 4 : 0), result.codes);
    if (fifths) {
        add_fifth_bits(bits, result.codes);
    }
    return result;
}

/// The six-bit factors of a part's scale and minimum in Q4_K and Q5_K: twelve bytes hold those of eight parts.
void read_factors(const uint8_t* packed, int part, int& scale, int& minimum)
{
    if (part < 4) {
        scale = packed[part] & 63;
        minimum = packed[part + 4] & 63;
    } else {
        scale = (packed[part + 4] & 15) | packed[part - 4] >> 6 << 4;
        minimum = packed[part + 4] >> 4 | packed[part] >> 6 << 4;
    }
}

/// Q4_K and Q5_K: scale, minimum, factors, with `fifths` 32 bytes whose bit p is the fifth bit of part p, then nibbles: 32 bytes for two
/// parts, the even one low.
BlockCodes read_with_factors(const uint8_t* super, int part, bool fifths)
{
    int scale = 0;
    int minimum = 0;
    read_factors(super + 4, part, scale, minimum);
    BlockCodes result;
    result.halves[0] = scaled(read_u16(super), scale);
    result.halves[1] = scaled(read_u16(super + 2), -minimum);
    const uint8_t* const upper = super + 16;
    const uint8_t* const nibbles = upper + (fifths ? 32 : 0) + part / 2 * 32;
    for (int i = 0; i < 32; ++i) {
        const int low = part % 2 == 0 ? nibbles[i] & 15 : nibbles[i] >> 4;
        result.codes[i] = static_cast<uint8_t>(fifths ? low | (upper[i] >> part & 1) << 4 : low);
    }
    return result;
}

/// Q6_K: 128 bytes of nibbles, 64 of upper bits, sixteen signed factors, the scale. Half of each goes to the first four parts; there the
/// first two parts are low nibbles, the others high ones, and part p has bits 2p and 2p + 1 of the upper bytes.
BlockCodes read_q6_k(const uint8_t* super, int part)
{
    const uint8_t* const nibbles = super + part / 4 * 64 + part % 2 * 32;
    const uint8_t* const upper = super + 128 + part / 4 * 32;
    const uint8_t* const factors = super + 192 + part * 2;
    const uint16_t scale = read_u16(super + 208);
    BlockCodes result;
    result.halves[0] = scaled(scale, static_cast<int8_t>(factors[0]));
    result.halves[1] = scaled(scale, static_cast<int8_t>(factors[1]));
    for (int i = 0; i < 32; ++i) {
        const int low = part % 4 < 2 ? nibbles[i] & 15 : nibbles[i] >> 4;
        result.codes[i] = static_cast<uint8_t>(low | (upper[i] >> part % 4 * 2 & 3) << 4);
    }
    return result;
}

BlockCodes read_q8_0(const uint8_t* block)
{
    BlockCodes result;
    result.halves[0] = read_u16(block);
    result.halves[1] = 0;
    for (int i = 0; i < 32; ++i) {
        result.codes[i] = block[2 + i] ^ 0x80;
    }
    return result;
}

}

BlockCodes read_block_codes(pi_type type, const uint8_t* row, int64_t block)
{
    const int part = static_cast<int>(block % (block_size(type) / block_weights));
    const uint8_t* const at = row + row_bytes(type, (block - part) * block_weights);
    switch (type) {
    case PI_TYPE_Q4_0: return read_plain(at, false, false);
    case PI_TYPE_Q4_1: return read_plain(at, true, false);
    case PI_TYPE_Q5_0: return read_plain(at, false, true);
    case PI_TYPE_Q5_1: return read_plain(at, true, true);
    case PI_TYPE_Q8_0: return read_q8_0(at);
    case PI_TYPE_Q4_K: return read_with_factors(at, part, false);
    case PI_TYPE_Q5_K: return read_with_factors(at, part, true);
    case PI_TYPE_Q6_K: return read_q6_k(at, part);
    default: fail(PI_INTERNAL, "type %d has no codes to pack", static_cast<int>(type));
    }
}

}

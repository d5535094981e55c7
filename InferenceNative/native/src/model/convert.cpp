#include "model/convert.h"

#include <cstring>
#include <vector>

#include "error.h"
#include "model/block_formats.h"
#include "model/dequantize.h"
#include "model/quantize.h"

namespace preble {
namespace {

constexpr int q8_0_bytes = 34;
constexpr int64_t largest_extent = 1 << 24;

/// A Q8_0 block with this scale and what a block function gives with a scale of one.
void write_codes(uint16_t scale, const float* codes, uint8_t* out)
{
    std::memcpy(out, &scale, sizeof scale);
    for (int i = 0; i < block_weights; ++i) {
        out[2 + i] = static_cast<uint8_t>(static_cast<int8_t>(codes[i]));
    }
}

/// Types whose weights are a half times a whole number: the block with its half replaced by one has the whole numbers.
template <int bytes, void (*dequantize)(const uint8_t* block, float* out)>
void widen(const uint8_t* row, int64_t blocks, uint8_t* out)
{
    constexpr uint16_t one = 0x3c00;
    for (int64_t i = 0; i < blocks; ++i) {
        uint8_t block[bytes];
        std::memcpy(block, row + i * bytes, bytes);
        std::memcpy(block, &one, sizeof one);
        float codes[block_weights];
        dequantize(block, codes);
        write_codes(read_u16(row + i * bytes), codes, out + i * q8_0_bytes);
    }
}

/// The codes stay as they are; a part's own scale, which is a half times a number of six bits, is rounded to a half.
void widen_iq4_xs(const uint8_t* row, int64_t columns, uint8_t* out)
{
    const int64_t bytes = row_bytes(PI_TYPE_IQ4_XS, block_size(PI_TYPE_IQ4_XS));
    for (int64_t i = 0; i < columns / block_weights; ++i) {
        const uint8_t* const block = row + i / 8 * bytes;
        const int part = static_cast<int>(i % 8);
        float codes[block_weights];
        for (int j = 0; j < block_weights; ++j) {
            const uint8_t byte = block[8 + part * 16 + j % 16];
            codes[j] = static_cast<float>(iq4_codebook[j < 16 ? byte & 15 : byte >> 4]);
        }
        write_codes(float_to_half(read_half(block) * static_cast<float>(iq4_xs_scale(block, part))), codes, out + i * q8_0_bytes);
    }
}

/// Whether the codes of this type could be kept.
bool widened(pi_type from, const uint8_t* row, int64_t columns, uint8_t* out)
{
    const int64_t blocks = columns / block_weights;
    switch (from) {
    case PI_TYPE_Q4_0: widen<18, dequantize_q4_0>(row, blocks, out); return true;
    case PI_TYPE_Q5_0: widen<22, dequantize_q5_0>(row, blocks, out); return true;
    case PI_TYPE_IQ4_NL: widen<18, dequantize_iq4_nl>(row, blocks, out); return true;
    case PI_TYPE_IQ4_XS: widen_iq4_xs(row, columns, out); return true;
    default: return false;
    }
}

}

void convert_row(pi_type from, pi_type to, const uint8_t* row, int64_t columns, uint8_t* out, float* buffer)
{
    if (from == to) {
        std::memcpy(out, row, static_cast<size_t>(row_bytes(from, columns)));
    } else if (to != PI_TYPE_Q8_0 || !widened(from, row, columns, out)) {
        dequantize_row(from, row, columns, buffer);
        quantize_row(to, buffer, columns, out);
    }
}

void convert_rows(int32_t from, int32_t to, const uint8_t* in, int64_t in_bytes, int64_t rows, int64_t columns, uint8_t* out,
                  int64_t out_bytes)
{
    if (!is_known(from) || !can_quantize(to)) {
        fail(PI_UNSUPPORTED, "rows of type %d cannot be converted to type %d", from, to);
    }
    const pi_type source = static_cast<pi_type>(from);
    const pi_type target = static_cast<pi_type>(to);
    if (rows < 1 || rows > largest_extent || columns < 1 || columns > largest_extent) {
        fail(PI_INVALID_ARGUMENT, "%lld rows of %lld columns are not from 1 to %lld each", static_cast<long long>(rows),
             static_cast<long long>(columns), static_cast<long long>(largest_extent));
    }
    if (columns % block_size(source) != 0 || columns % block_size(target) != 0) {
        fail(PI_INVALID_ARGUMENT, "columns is %lld, not a multiple of the blocks of %d and %d", static_cast<long long>(columns),
             block_size(source), block_size(target));
    }
    const int64_t source_row = row_bytes(source, columns);
    const int64_t target_row = row_bytes(target, columns);
    if (in == nullptr || out == nullptr || in_bytes != rows * source_row || out_bytes != rows * target_row) {
        fail(PI_INVALID_ARGUMENT, "in_bytes is %lld and out_bytes %lld where %lld and %lld are needed", static_cast<long long>(in_bytes),
             static_cast<long long>(out_bytes), static_cast<long long>(rows * source_row), static_cast<long long>(rows * target_row));
    }
    std::vector<float> buffer(static_cast<size_t>(columns));
    for (int64_t row = 0; row < rows; ++row) {
        convert_row(source, target, in + row * source_row, columns, out + row * target_row, buffer.data());
    }
}

}

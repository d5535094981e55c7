#include "model/pack_integer.h"

#include "model/block_codes.h"
#include "model/dequantize.h"
#include "model/half.h"

namespace preble {
namespace {

/// Where the code of one input of an output is: a byte of nibbles or of codes, and a byte of upper bits. See integer_form.h.
class CodePlace {
public:
    CodePlace(const Matrix& matrix, int lane, int64_t block, int input)
        : form_(matrix.form), chunk_(input / 4), vector_bytes_(4 * matrix.group),
          block_(matrix.values_offset + block * integer_layout(matrix.form).vectors * vector_bytes_), byte_(lane * 4 + input % 4)
    {
    }

    void write(uint8_t* group, int code) const
    {
        if (form_ == form_q8) {
            group[vector(chunk_)] = static_cast<uint8_t>(code);
            return;
        }
        group[vector(chunk_ / 2)] |= static_cast<uint8_t>((code & 15) << low_shift());
        if (form_ != form_q4) {
            group[vector(upper_vector())] |= static_cast<uint8_t>(code >> 4 << upper_shift());
        }
    }

    int read(const uint8_t* group) const
    {
        if (form_ == form_q8) {
            return group[vector(chunk_)];
        }
        const int low = group[vector(chunk_ / 2)] >> low_shift() & 15;
        return form_ == form_q4 ? low : low | (group[vector(upper_vector())] >> upper_shift() & (form_ == form_q5 ? 1 : 3)) << 4;
    }

private:
    int64_t vector(int index) const { return block_ + index * vector_bytes_ + byte_; }
    int low_shift() const { return chunk_ % 2 * 4; }
    int upper_vector() const { return form_ == form_q5 ? 4 : 4 + chunk_ / 4; }
    int upper_shift() const { return form_ == form_q5 ? chunk_ : chunk_ % 4 * 2; }

    int32_t form_;
    int chunk_;
    int64_t vector_bytes_;
    int64_t block_;
    int64_t byte_;
};

/// What is subtracted from a code of a form that has no minimum.
int zero_of(int32_t form) { return form == form_q8 ? 128 : 32; }

}

void pack_integer_row(const Matrix& matrix, pi_type type, const uint8_t* row, int lane, uint8_t* group)
{
    const int halves = integer_layout(matrix.form).halves;
    for (int64_t block = 0; block < matrix.columns / block_weights; ++block) {
        const BlockCodes codes = read_block_codes(type, row, block);
        uint16_t* const to = reinterpret_cast<uint16_t*>(group) + block * halves * matrix.group + lane;
        for (int half = 0; half < halves; ++half) {
            to[half * matrix.group] = codes.halves[half];
        }
        for (int input = 0; input < block_weights; ++input) {
            CodePlace(matrix, lane, block, input).write(group, codes.codes[input]);
        }
    }
}

void unpack_integer_row(const Matrix& matrix, const uint8_t* group, int lane, float* out)
{
    const int halves = integer_layout(matrix.form).halves;
    const bool minimum = matrix.form == form_q4 || matrix.form == form_q5;
    for (int64_t input = 0; input < matrix.columns; ++input) {
        const int64_t block = input / block_weights;
        const int within = static_cast<int>(input % block_weights);
        const uint16_t* const from = reinterpret_cast<const uint16_t*>(group) + block * halves * matrix.group + lane;
        const int code = CodePlace(matrix, lane, block, within).read(group);
        if (minimum) {
            out[input] = half_to_float(from[0]) * static_cast<float>(code) + half_to_float(from[matrix.group]);
        } else {
            const uint16_t scale = from[matrix.form == form_q6 ? within / 16 * matrix.group : 0];
            out[input] = half_to_float(scale) * static_cast<float>(code - zero_of(matrix.form));
        }
    }
}

}

#include "model/pack.h"

#include <cstring>

#include "error.h"
#include "model/dequantize.h"
#include "model/half.h"

namespace preble {
namespace {

constexpr int64_t alignment = 64;

int64_t rounded(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

void pack_float_row(const Matrix& matrix, pi_type type, const uint8_t* row, int lane, uint8_t* out, float* buffer)
{
    if (matrix.form == form_f32) {
        dequantize_row(type, row, matrix.columns, buffer);
        float* const to = reinterpret_cast<float*>(out);
        for (int64_t i = 0; i < matrix.columns; ++i) {
            to[i * matrix.group + lane] = buffer[i];
        }
        return;
    }
    uint16_t* const to = reinterpret_cast<uint16_t*>(out);
    for (int64_t i = 0; i < matrix.columns; ++i) {
        std::memcpy(&to[matrix.form == form_f16 ? i * matrix.group + lane : bfloat_place(matrix, i, lane)], row + i * 2, 2);
    }
}

uint16_t minimum_of_q4_0(uint16_t scale)
{
    return float_to_half(-8.0f * half_to_float(scale));
}

void pack_q4_row(const Matrix& matrix, pi_type type, const uint8_t* row, int lane, uint8_t* out)
{
    const int header = type == PI_TYPE_Q4_1 ? 4 : 2;
    uint16_t* const scales = reinterpret_cast<uint16_t*>(out);
    uint8_t* const values = out + matrix.values_offset;
    for (int block = 0; block < matrix.columns / block_weights; ++block) {
        const uint8_t* const from = row + block * (header + block_weights / 2);
        uint16_t pair[2];
        std::memcpy(pair, from, static_cast<size_t>(header));
        uint16_t* const block_scales = scales + static_cast<int64_t>(block) * 2 * matrix.group;
        block_scales[lane] = pair[0];
        block_scales[matrix.group + lane] = type == PI_TYPE_Q4_1 ? pair[1] : minimum_of_q4_0(pair[0]);
        uint8_t* const to = values + static_cast<int64_t>(block) * 16 * matrix.group;
        for (int input = 0; input < block_weights; ++input) {
            const uint8_t byte = from[header + input % 16];
            const int nibble = input < 16 ? byte & 15 : byte >> 4;
            to[(input / 8) * 4 * matrix.group + lane * 4 + input % 4] |= static_cast<uint8_t>(input % 8 < 4 ? nibble : nibble << 4);
        }
    }
}

void pack_q8_row(const Matrix& matrix, const uint8_t* row, int lane, uint8_t* out)
{
    uint16_t* const scales = reinterpret_cast<uint16_t*>(out);
    uint8_t* const values = out + matrix.values_offset;
    for (int block = 0; block < matrix.columns / block_weights; ++block) {
        const uint8_t* const from = row + block * (2 + block_weights);
        std::memcpy(&scales[static_cast<int64_t>(block) * matrix.group + lane], from, 2);
        uint8_t* const to = values + static_cast<int64_t>(block) * block_weights * matrix.group;
        for (int input = 0; input < block_weights; ++input) {
            to[(input / 4) * 4 * matrix.group + lane * 4 + input % 4] = from[2 + input];
        }
    }
}

}

Form packed_form(pi_type type, pi_weights weights)
{
    if (weights == PI_WEIGHTS_F32) {
        return form_f32;
    }
    switch (type) {
    case PI_TYPE_F32: return form_f32;
    case PI_TYPE_F16: return form_f16;
    case PI_TYPE_BF16: return form_bf16;
    case PI_TYPE_Q4_0:
    case PI_TYPE_Q4_1: return form_q4;
    case PI_TYPE_Q8_0: return form_q8;
    default: break;
    }
    fail(PI_INTERNAL, "no packed form for type %d", static_cast<int>(type));
}

Matrix plan_matrix(Form form, int rows, int columns, const Kernels& kernels)
{
    Matrix matrix = {};
    matrix.form = form;
    matrix.rows = rows;
    matrix.columns = columns;
    const bool integer = form == form_q4 || form == form_q8;
    matrix.group = integer ? kernels.integer_group : kernels.float_group;
    matrix.groups = (rows + matrix.group - 1) / matrix.group;
    const int64_t weights = static_cast<int64_t>(columns) * matrix.group;
    if (form == form_q4) {
        matrix.values_offset = rounded(weights / block_weights * 4);
        matrix.group_bytes = rounded(matrix.values_offset + weights / 2);
    } else if (form == form_q8) {
        matrix.values_offset = rounded(weights / block_weights * 2);
        matrix.group_bytes = rounded(matrix.values_offset + weights);
    } else {
        // BF16 is held in pairs of inputs; the last may lack its second half.
        const int64_t held = form == form_bf16 ? weights + columns % 2 * matrix.group : weights;
        matrix.group_bytes = rounded(held * (form == form_f32 ? 4 : 2));
    }
    return matrix;
}

void pack_group(const Matrix& matrix, pi_type type, const uint8_t* source, int group, uint8_t* out, float* row_buffer)
{
    const int64_t bytes = row_bytes(type, matrix.columns);
    for (int lane = 0; lane < matrix.group && group * matrix.group + lane < matrix.rows; ++lane) {
        const uint8_t* const row = source + (static_cast<int64_t>(group) * matrix.group + lane) * bytes;
        if (matrix.form == form_q4) {
            pack_q4_row(matrix, type, row, lane, out);
        } else if (matrix.form == form_q8) {
            pack_q8_row(matrix, row, lane, out);
        } else {
            pack_float_row(matrix, type, row, lane, out, row_buffer);
        }
    }
}

}

#include "model/pack.h"

#include <cstring>

#include "error.h"
#include "model/dequantize.h"
#include "model/pack_integer.h"

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
    case PI_TYPE_Q4_1:
    case PI_TYPE_Q4_K: return form_q4;
    case PI_TYPE_Q5_0:
    case PI_TYPE_Q5_1:
    case PI_TYPE_Q5_K: return form_q5;
    case PI_TYPE_Q6_K: return form_q6;
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
    const bool integer = is_integer_form(form);
    matrix.group = integer ? kernels.integer_group : kernels.float_group;
    matrix.groups = (rows + matrix.group - 1) / matrix.group;
    const int64_t weights = static_cast<int64_t>(columns) * matrix.group;
    if (integer) {
        const IntegerLayout layout = integer_layout(form);
        matrix.values_offset = rounded(weights / block_weights * layout.halves * 2);
        matrix.group_bytes = rounded(matrix.values_offset + weights / block_weights * layout.vectors * 4);
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
        if (is_integer_form(matrix.form)) {
            pack_integer_row(matrix, type, row, lane, out);
        } else {
            pack_float_row(matrix, type, row, lane, out, row_buffer);
        }
    }
}

}

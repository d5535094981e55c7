#include "model/half.h"
#include "model/pack.h"
#include "model/pack_integer.h"

namespace preble {

void unpack_row(const Matrix& matrix, int row, float* out)
{
    const uint8_t* const group = matrix.data + row / matrix.group * matrix.group_bytes;
    const int lane = row % matrix.group;
    if (is_integer_form(matrix.form)) {
        unpack_integer_row(matrix, group, lane, out);
        return;
    }
    switch (matrix.form) {
    case form_f32:
        for (int64_t input = 0; input < matrix.columns; ++input) {
            out[input] = reinterpret_cast<const float*>(group)[input * matrix.group + lane];
        }
        return;
    case form_f16:
        for (int64_t input = 0; input < matrix.columns; ++input) {
            out[input] = half_to_float(reinterpret_cast<const uint16_t*>(group)[input * matrix.group + lane]);
        }
        return;
    default:
        for (int64_t input = 0; input < matrix.columns; ++input) {
            out[input] = bfloat_to_float(reinterpret_cast<const uint16_t*>(group)[bfloat_place(matrix, input, lane)]);
        }
    }
}

}

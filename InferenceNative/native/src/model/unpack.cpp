#include "model/dequantize.h"
#include "model/half.h"
#include "model/pack.h"

namespace preble {
namespace {

void unpack_q4(const Matrix& matrix, const uint8_t* group, int lane, float* out)
{
    const uint16_t* const scales = reinterpret_cast<const uint16_t*>(group);
    const uint8_t* const values = group + matrix.values_offset;
    for (int64_t input = 0; input < matrix.columns; ++input) {
        const int64_t block = input / block_weights;
        const int64_t within = input % block_weights;
        const uint16_t* const pair = scales + block * 2 * matrix.group;
        const uint8_t byte = values[block * 16 * matrix.group + within / 8 * 4 * matrix.group + lane * 4 + within % 4];
        const int number = within % 8 < 4 ? byte & 15 : byte >> 4;
        out[input] = half_to_float(pair[lane]) * static_cast<float>(number) + half_to_float(pair[matrix.group + lane]);
    }
}

void unpack_q8(const Matrix& matrix, const uint8_t* group, int lane, float* out)
{
    const uint16_t* const scales = reinterpret_cast<const uint16_t*>(group);
    const uint8_t* const values = group + matrix.values_offset;
    for (int64_t input = 0; input < matrix.columns; ++input) {
        const int64_t block = input / block_weights;
        const uint8_t byte = values[input / 4 * 4 * matrix.group + lane * 4 + input % 4];
        out[input] = half_to_float(scales[block * matrix.group + lane]) * static_cast<float>(static_cast<int8_t>(byte));
    }
}

}

void unpack_row(const Matrix& matrix, int row, float* out)
{
    const uint8_t* const group = matrix.data + row / matrix.group * matrix.group_bytes;
    const int lane = row % matrix.group;
    switch (matrix.form) {
    case form_q4: unpack_q4(matrix, group, lane, out); return;
    case form_q8: unpack_q8(matrix, group, lane, out); return;
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

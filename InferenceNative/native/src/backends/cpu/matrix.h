#pragma once

#include <cstddef>
#include <cstdint>

namespace preble {

/// How a packed matrix is held. The integer forms are whole numbers times a scale, plus a minimum in Q4 and Q5, in blocks of 32.
enum Form : int32_t { form_f32, form_f16, form_bf16, form_q4, form_q5, form_q6, form_q8, form_count };

static constexpr bool is_integer_form(int32_t form) { return form >= form_q4 && form <= form_q8; }

/// A weight matrix as the kernels read it: outputs in groups of `group`, so that one vector register holds one input's weights (or four
/// inputs' bytes) of a whole group. Missing outputs of the last group are zero. Does not own its memory.
///
/// F32, F16:       group -> input -> output of the group.
/// BF16:           group -> pair of inputs -> output of the group -> input of the pair.
/// Integer forms:  group -> { for each block: `halves` halves of each output }, then for each block `vectors` vectors of codes, in which
///                 byte (output * 4 + i) belongs to the output's inputs i, 4 + i, 8 + i and so on (see integer_form.h).
struct Matrix {
    int32_t form;
    int32_t rows;
    int32_t columns;
    int32_t group;
    int32_t groups;
    int64_t values_offset;  // from the start of a group to its numbers, past the scales
    int64_t group_bytes;
    const uint8_t* data;
};

/// Where a BF16 matrix has a weight, in numbers from the start of its group.
static inline int64_t bfloat_place(const Matrix& matrix, int64_t input, int lane)
{
    return (input / 2 * matrix.group + lane) * 2 + input % 2;
}

/// What an integer form takes for a block of 32 inputs: 16-bit scales and minima for each output, and vectors of codes for the group.
struct IntegerLayout {
    int halves;
    int vectors;
};

static constexpr IntegerLayout integer_layout(int32_t form)
{
    switch (form) {
    case form_q4: return {2, 4};
    case form_q5: return {2, 5};
    case form_q6: return {2, 6};
    default: return {1, 8};
    }
}

}

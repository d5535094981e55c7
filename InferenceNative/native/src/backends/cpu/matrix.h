#pragma once

#include <cstddef>
#include <cstdint>

namespace preble {

/// How a packed matrix is held. Q4 is a 4-bit number times a scale plus a minimum; Q8 a signed byte times a scale; blocks of 32.
enum Form : int32_t { form_f32, form_f16, form_bf16, form_q4, form_q8, form_count };

/// A weight matrix as the kernels read it: outputs in groups of `group`, so that one vector register holds one input's weights (or four
/// inputs' bytes) of a whole group. Missing outputs of the last group are zero. Does not own its memory.
///
/// F32, F16:     group -> input -> output of the group.
/// BF16:         group -> pair of inputs -> output of the group -> input of the pair.
/// Q4:           group -> { for each block: scale of each output, minimum of each output (halves) }, then the nibbles: for each block 4
///               vectors; byte (output * 4 + i) of vector v has inputs 8v + i (low) and 8v + 4 + i (high).
/// Q8:           group -> { for each block: scale of each output }, then for each block 8 vectors; byte (output * 4 + i) of v
///               is input 4v + i.
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

}

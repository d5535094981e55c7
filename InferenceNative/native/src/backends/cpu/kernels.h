#pragma once

#include <cstddef>
#include <cstdint>

#include "backends/cpu/attention_task.h"
#include "backends/cpu/matrix.h"

// Plain data, function types and internal functions only: files that are compiled for one instruction set include this, and an inline
// function with external linkage could be emitted with that set's instructions and then chosen by the linker for everybody.
namespace preble {

/// Activation rows are padded with zeros to a multiple of this many floats, so that elementwise kernels need no tails.
constexpr int row_padding = 32;

/// Sums of a block's int8 values, for forms whose codes are not centred on zero.
struct BlockSums {
    int32_t all;
    int32_t first_half;
};

/// Activation rows as the matrix kernels read them: float32 always, int8 with a scale for every 32 where an integer matrix is met.
struct Activations {
    const float* rows;
    int64_t stride;               // floats a row
    const int8_t* quantized;
    int64_t quantized_stride;     // bytes a row
    const float* scales;          // one a block of 32
    const float* scaled_sums;     // scale times the sum of the block's int8 values
    const BlockSums* sums;        // one a block
    int64_t blocks_stride;        // blocks a row
};

/// A rectangle of a product: out[row][output] for rows [row_begin, row_end) and the outputs of the matrix's groups [group_begin,
/// group_end).
struct Rectangle {
    int row_begin;
    int row_end;
    int group_begin;
    int group_end;
    float* out;                   // of row 0, output 0
    int64_t stride;
    int32_t accumulate;           // 1 adds to what is there
};

using MultiplyKernel = void (*)(const Matrix&, const Activations&, const Rectangle&);

/// Everything that is compiled for an instruction set.
struct Kernels {
    const char* name;
    int integer_group;            // outputs that are packed together in the integer forms
    int float_group;              // the same in F32, F16 and BF16
    MultiplyKernel multiply[form_count];
    void (*normalize)(const float* row, const float* weight, float epsilon, int width, int padded, float* out);
    void (*quantize)(const float* row, int columns, int8_t* out, float* scales, float* scaled_sums, BlockSums* sums);
    void (*gate_silu)(float* gate, const float* up, int padded);  // gate = gate * sigmoid(gate) * up
    void (*gate_gelu)(float* gate, const float* up, int padded);  // gate = gelu(gate) * up, in its tanh form
    void (*softcap)(float* values, float cap, int padded);        // value = cap * tanh(value / cap)
    void (*rotate)(float* head, const float* cosine, const float* sine, int head_size, int halves);
    void (*store[kv_form_count])(const KeyValue&);
    void (*attend[kv_form_count])(const AttentionTask&);
    void (*merge_attention)(const AttentionMerge&);
    float (*largest)(const float* values, int count, int32_t* finite);
    double (*exponentials)(const float* values, float largest, float factor, int count, float* out);
};

}

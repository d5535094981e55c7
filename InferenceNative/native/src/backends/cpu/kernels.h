#pragma once

#include <cstddef>
#include <cstdint>

#include "backends/cpu/matrix.h"

// Plain data, function types and internal functions only: files that are compiled for one instruction set include this, and an inline
// function with external linkage could be emitted with that set's instructions and then chosen by the linker for everybody.
namespace preble {

/// Activation rows are padded with zeros to a multiple of this many floats, so that elementwise kernels need no tails.
constexpr int row_padding = 32;

/// Keys and values that attention takes in one piece. The pieces start at multiples of this position, whatever was computed when.
constexpr int key_tile = 64;

/// Slots of a KV block.
constexpr int block_tokens = 16;

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

/// One task of attention: some tokens of one chunk, all query heads that share one KV head.
struct AttentionTask {
    const uint8_t* cache;         // this layer's and KV head's share of block 0
    int64_t block_stride;         // bytes from a block to the next
    const int32_t* blocks;        // the chunk's block table
    int first_position;           // of the first token
    int tokens;
    int group;                    // query heads a KV head
    int head_size;
    int padded_head;              // head_size in the cache's value rows and in the scratch memory
    const float* query;           // of the first token, first head of the group
    int64_t query_stride;
    float* out;
    int64_t out_stride;
    float scale;
    float* scratch;               // attention_scratch_floats(...) floats
};

/// Scratch memory of an attention task with this many rows (tokens times query heads).
static constexpr int64_t attention_scratch_floats(int64_t rows, int64_t padded_head)
{
    return key_tile * padded_head * 2 + rows * (2 * padded_head + key_tile + 2);
}

/// One token's key and value of one head, on their way into the cache.
struct KeyValue {
    const float* key;
    const float* value;
    int head_size;
    int padded_head;
    int slot;
    uint8_t* head;                // the head's share of the block
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
    void (*store_f32)(const KeyValue&);
    void (*store_f16)(const KeyValue&);
    void (*attend_f32)(const AttentionTask&);
    void (*attend_f16)(const AttentionTask&);
    float (*largest)(const float* values, int count, int32_t* finite);
    double (*exponentials)(const float* values, float largest, float factor, int count, float* out);
};

}

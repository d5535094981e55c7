#pragma once

#include <cstdint>

// What the attention kernels are told, and how a KV block lies in memory. Plain data and internal functions only: see kernels.h.
namespace preble {

/// Slots of a KV block.
constexpr int block_tokens = 16;

/// How the cache holds elements. Kernels are found by this number.
enum KvForm : int32_t { kv_f32, kv_f16, kv_int8, kv_form_count };

/// Attention is a fold over segments of the key positions, cut at multiples of this. A row's attention over a segment is one softmax
/// that starts from nothing; the segments' results are merged in order of position. So it is the same arithmetic whoever computes a
/// segment: the row's own task, another thread, or a task that serves all sequences which share the segment's blocks.
constexpr int segment_keys = 256;
constexpr int segment_blocks = segment_keys / block_tokens;

/// One token of the step whose attention is computed.
struct AttentionToken {
    int32_t row;       // of the step
    int32_t position;
    int32_t slot;      // the state of its segment s is slot + s; see AttentionPlan
    int32_t owner;
};

/// Tokens over some segments, all query heads that share one KV head. The tokens need the same blocks there, not the same sequence.
struct AttentionTask {
    const uint8_t* cache;         // this layer's and KV head's share of block 0
    int64_t block_stride;         // bytes from a block to the next
    const int32_t* blocks;        // a block table from position 0
    const AttentionToken* tokens;
    int32_t token_count;
    int32_t first_segment;
    int32_t segment_count;
    int32_t window;               // positions that a token sees, its own included; 0: all before it
    int32_t group;                // query heads a KV head
    int32_t head_size;
    int32_t padded_head;          // head_size in the cache's value rows, in states and in scratch memory
    float scale;                  // of query times key
    float softcap;                // 0: none; else scores become softcap * tanh(score / softcap)
    const float* query;           // of row 0, first head of the group
    int64_t query_stride;
    float* states;                // of slot 0, first head of the group; null: the segments are merged here and written to out
    int64_t states_stride;        // floats from a slot to the next
    float* out;                   // of row 0, first head of the group
    int64_t out_stride;
    float* scratch;               // attention_scratch_floats(...) floats
};

/// The last step for a token whose segments were computed one by one: merges them in order and writes the result.
struct AttentionMerge {
    const float* states;          // of the first segment, first head of the group
    int64_t states_stride;
    int32_t segment_count;
    int32_t group;
    int32_t head_size;
    int32_t padded_head;
    float* out;
    float* scratch;               // state_floats(padded_head) floats
};

/// One token's key and value of one head, on their way into the cache.
struct KeyValue {
    const float* key;
    const float* value;
    int head_size;
    int padded_head;
    int slot;
    uint8_t* head;                // the head's share of the block
};

/// A state is what one head of one row has of a segment: the weighted sum of values, the highest score, and the sum of the weights,
/// which is 0 where the row sees nothing of the segment.
static constexpr int64_t state_floats(int64_t padded_head) { return padded_head + 16; }

/// Scratch memory of an attention task with this many rows (tokens times query heads).
static constexpr int64_t attention_scratch_floats(int64_t rows, int64_t padded_head)
{
    return rows * (padded_head + 2 * state_floats(padded_head) + segment_keys);
}

/// A block of one KV head holds its keys dimension-major, so that one dimension of sixteen keys is one or two vectors, then its values
/// slot-major, and in int8 then a float32 scale for each key and each value.
static constexpr int64_t values_offset(int64_t head_size) { return head_size * block_tokens; }
static constexpr int64_t scales_offset(int64_t head_size, int64_t padded_head) { return (head_size + padded_head) * block_tokens; }

}

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "backends/cpu/attention_task.h"
#include "preble_inference.h"

namespace preble {

/// Tokens over some segments: an item of work for each KV head. The tokens may be of several chunks, which have the same blocks there.
struct AttentionWork {
    int32_t chunk;          // whose block table is read
    int32_t first_token;    // into the plan's tokens
    int32_t token_count;
    int32_t first_segment;
    int32_t segment_count;
    bool whole;             // all that the tokens see: merged on the way, without states
    int64_t cost;           // queries times keys
};

/// A token whose segments are computed by several works and merged by the last of them.
struct SplitToken {
    int32_t row;
    int32_t slot;           // of its first segment's state
    int32_t segment_count;
    int32_t works;
};

/// Who computes which attention in a step: chunks and block tables in, works out. It only decides who computes; each row's arithmetic is
/// the same whatever the plan (see segment_keys). Chunks of a few tokens are cut at segments, so that all threads have work for one long
/// sequence, and those that have the same blocks in a segment share it, which finds nested prefixes too. Larger chunks are cut into
/// tiles of tokens, each of which reads all its segments. Memory is reused from step to step.
class AttentionPlan {
public:
    struct Shape {
        int tile_tokens;    // most tokens of one work
        int kv_heads;
        int window;         // 0: none
        int slots;          // states that there is room for, each of one token and segment
        int max_chunks;
    };

    explicit AttentionPlan(const Shape& shape);

    void assign(std::span<const pi_chunk> chunks, std::span<const int32_t> blocks, int threads, bool share);

    /// The most expensive first.
    std::span<const AttentionWork> works() const { return works_; }
    std::span<const AttentionToken> tokens() const { return tokens_; }
    std::span<const SplitToken> split_tokens() const { return split_tokens_; }

private:
    /// A chunk that may be split and may share.
    struct Sequence {
        int32_t chunk;
        int32_t first_row;
        int32_t first_segment;
        int32_t end_segment;
        int32_t first_cell;   // of its segments' cells
        int32_t first_slot;
        int32_t first_split;  // -1: not split
    };
    /// A sequence's segment: the sequences with the same blocks are a list that begins at the first of them.
    struct Cell {
        int32_t next;
        int32_t members;      // of the list, where it begins; 0 inside
    };
    struct Entry {
        int64_t stamp;
        int32_t first;
        int32_t last;
    };

    void lay_out();
    void add_tiles(const pi_chunk& chunk, int index, int first_row);
    bool may_share(const Sequence& sequence, int segment) const;
    void group_segment(int segment);
    void add_own(Sequence& sequence, int longest_run);
    void add_shared(const Sequence& first, int segment);
    void add_work(const AttentionWork& work);

    const pi_chunk& chunk_of(const Sequence& sequence) const { return chunks_[static_cast<size_t>(sequence.chunk)]; }
    const int32_t* blocks_of(const Sequence& sequence, int segment) const
    {
        return blocks_.data() + chunk_of(sequence).block_offset + segment * segment_blocks;
    }
    Cell& cell(const Sequence& sequence, int segment)
    {
        return cells_[static_cast<size_t>(sequence.first_cell + segment - sequence.first_segment)];
    }
    bool is_shared(const Sequence& sequence, int segment) { return cell(sequence, segment).members != 1; }

    const Shape shape_;
    std::span<const pi_chunk> chunks_;
    std::span<const int32_t> blocks_;
    std::vector<Sequence> sequences_;
    std::vector<Cell> cells_;
    std::vector<Entry> table_;
    int64_t stamp_ = 0;
    std::vector<AttentionWork> works_;
    std::vector<AttentionToken> tokens_;
    std::vector<SplitToken> split_tokens_;
};

}

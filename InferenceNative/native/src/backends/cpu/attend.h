#pragma once

#include "backends/cpu/attend_state.h"
#include "backends/cpu/attend_tile.h"

namespace preble {

/// Attention of some tokens over some segments, all query heads of a KV head together. For a row, each segment that it sees does the same
/// arithmetic whatever else is in the task, and what it does not see does nothing to it. So a row's bits do not depend on chunks, pages,
/// neighbours or threads.
template <class I, class Held>
class Attention {
public:
    using Stored = typename Held::Type;

    explicit Attention(const AttentionTask& task)
        : t(task), rows(task.token_count * task.group), query(task.scratch), states(query + rows * int64_t{t.padded_head}),
          merged(states + rows * state_floats(t.padded_head)), scores(merged + rows * state_floats(t.padded_head))
    {
    }

    void run()
    {
        scale_queries();
        for (int row = 0; t.states == nullptr && row < rows; ++row) {
            clear_state<I>(view(merged, row));
        }
        for (int segment = t.first_segment; segment < t.first_segment + t.segment_count; ++segment) {
            compute(segment);
            for (int row = 0; row < rows; ++row) {
                deliver(row, segment);
            }
        }
        for (int row = 0; t.states == nullptr && row < rows; ++row) {
            write_attention<I>(view(merged, row), t.head_size, t.out + token_of(row).row * t.out_stride + row % t.group * t.head_size);
        }
    }

private:
    /// Keys [begin, end) of a segment.
    struct Range {
        int begin;
        int end;
    };

    const AttentionToken& token_of(int row) const { return t.tokens[row / t.group]; }
    StateView<I> view(float* from, int64_t index) const { return {from + index * state_floats(t.padded_head), t.padded_head}; }

    void scale_queries()
    {
        for (int row = 0; row < rows; ++row) {
            const float* const from = t.query + token_of(row).row * t.query_stride + row % t.group * t.head_size;
            for (int i = 0; i < t.head_size; ++i) {
                query[row * int64_t{t.padded_head} + i] = from[i] * t.scale;
            }
        }
    }

    Range seen_by(const AttentionToken& token, int segment) const
    {
        const int first = segment * segment_keys;
        const int end = token.position + 1 - first;
        const int begin = t.window == 0 ? 0 : end - t.window;
        return {begin < 0 ? 0 : begin, end > segment_keys ? segment_keys : end};
    }

    void compute(int segment)
    {
        Range all = {segment_keys, 0};
        for (int token = 0; token < t.token_count; ++token) {
            const Range range = seen_by(t.tokens[token], segment);
            if (range.begin < range.end) {
                all.begin = range.begin < all.begin ? range.begin : all.begin;
                all.end = range.end > all.end ? range.end : all.end;
            }
        }
        for (int row = 0; row < rows; ++row) {
            clear_state<I>(view(states, row));
        }
        if (all.begin < all.end) {
            all.begin = all.begin / block_tokens * block_tokens;
            find_blocks(segment, all);
            score(all);
        }
        for (int row = 0; row < rows; ++row) {
            weigh(row, seen_by(token_of(row), segment), all);
        }
        if (all.begin < all.end) {
            add_values(all);
        }
    }

    /// Blocks past the last that is needed may not exist: the last stands in for them where a tile or a fetch reaches further.
    void find_blocks(int segment, const Range& all)
    {
        const int last = (all.end - 1) / block_tokens;
        for (int block = 0; block < segment_blocks + KeyTile<I, Held>::most_blocks; ++block) {
            const int index = segment * segment_blocks + (block < last ? block : last);
            heads[block] = t.cache + t.blocks[index] * t.block_stride;
            values[block] = reinterpret_cast<const Stored*>(heads[block]) + values_offset(t.head_size);
        }
    }

    const Stored* keys_of(int block) const { return reinterpret_cast<const Stored*>(heads[block]); }

    void score(const Range& all)
    {
        // Few rows take more keys at once, so that there are enough independent sums to keep the multipliers busy.
        if (rows <= few_rows) {
            score_with<4, few_rows>(all);
        } else {
            score_with<2, I::float_rows>(all);
        }
    }

    template <int vectors, int together>
    void score_with(const Range& all)
    {
        constexpr int blocks = vectors * I::lanes / block_tokens;
        for (int block = all.begin / block_tokens / blocks * blocks; block * block_tokens < all.end; block += blocks) {
            KeyTile<I, Held> tile = {query, t.padded_head, t.head_size, {}, {}, scores + block * block_tokens};
            for (int i = 0; i < blocks; ++i) {
                tile.keys[i] = keys_of(block + i);
                tile.ahead[i] = (block + blocks) * block_tokens < all.end ? keys_of(block + blocks + i) : values[all.begin / block_tokens + i];
            }
            run_rows<vectors, together>(tile, 0, rows);
        }
    }

    const float* scales_of(int key, int which) const
    {
        const uint8_t* const scales = heads[key / block_tokens] + scales_offset(t.head_size, t.padded_head);
        return reinterpret_cast<const float*>(scales) + which * block_tokens + key % block_tokens;
    }

    typename I::F adjust(int key, typename I::F score) const
    {
        if constexpr (Held::has_scales) {
            score = I::mul(score, I::load(scales_of(key, 0)));
        }
        return t.softcap > 0 ? soft_cap<I>(score, t.softcap) : score;
    }

    void weigh(int row, const Range& seen, const Range& all)
    {
        float* const weights = scores + row * int64_t{segment_keys};
        if (seen.begin >= seen.end) {
            clear(weights, all.begin, all.end);
            return;
        }
        const ScoreRow<I> scored = {weights, seen.begin, seen.end};
        const StateView<I> state = view(states, row);
        state.highest() = scored.find_highest([&](int key, typename I::F x) { return adjust(key, x); });
        state.total() = scored.weigh(state.highest(), [&](int key, typename I::F weight) {
            if constexpr (Held::has_scales) {
                return I::mul(weight, I::load(scales_of(key, 1)));
            } else {
                return weight;
            }
        });
        clear(weights, all.begin, seen.begin / block_tokens * block_tokens);
        clear(weights, (seen.end + block_tokens - 1) / block_tokens * block_tokens, all.end);
    }

    static void clear(float* weights, int begin, int end)
    {
        for (int key = begin; key < end; ++key) {
            weights[key] = 0.0f;
        }
    }

    /// In pieces of a few blocks, so that all columns of a piece are read while it is in the first-level cache.
    void add_values(const Range& all)
    {
        constexpr int piece = ValueTile<I, Held>::blocks_ahead;
        for (int block = all.begin / block_tokens; block * block_tokens < all.end; block += piece) {
            const int left = all.end - block * block_tokens;
            const int count = left < piece * block_tokens ? left : piece * block_tokens;
            int column = 0;
            if (rows <= few_rows) {
                column = add_columns<4, few_rows>(block, count, column);
            }
            column = add_columns<2, I::float_rows>(block, count, column);
            add_columns<1, I::float_rows>(block, count, column);
        }
    }

    template <int vectors, int together>
    int add_columns(int block, int count, int column)
    {
        for (; column + vectors * I::lanes <= t.padded_head; column += vectors * I::lanes) {
            const ValueTile<I, Held> tile = {scores + block * block_tokens, values + block, column, t.padded_head, count,
                                             states + column, state_floats(t.padded_head)};
            run_rows<vectors, together>(tile, 0, rows);
        }
        return column;
    }

    void deliver(int row, int segment)
    {
        if (t.states == nullptr) {
            merge_state<I>(view(merged, row), view(states, row));
            return;
        }
        const float* const from = view(states, row).sums;
        float* const slot = t.states + (int64_t{token_of(row).slot} + segment) * t.states_stride;
        for (int64_t i = 0; i < state_floats(t.padded_head); i += I::lanes) {
            I::store(view(slot, row % t.group).sums + i, I::load(from + i));
        }
    }

    // Rows that may take four vectors of keys or values at once.
    static constexpr int few_rows = I::float_rows / 2;

    const AttentionTask& t;
    const int rows;
    float* const query;   // [row][padded_head], scaled
    float* const states;  // [row] of the segment
    float* const merged;  // [row] of the segments so far
    float* const scores;  // [row][segment_keys]
    const uint8_t* heads[segment_blocks + KeyTile<I, Held>::most_blocks];
    const Stored* values[segment_blocks + KeyTile<I, Held>::most_blocks];
};

template <class I, class Held>
void attend(const AttentionTask& task)
{
    Attention<I, Held>(task).run();
}

}

#pragma once

#include "backends/cpu/elementwise.h"
#include "backends/cpu/float_tile.h"

// Attention of a few tokens over a paged cache, all query heads of a KV head together. Keys are taken in tiles that start at multiples of
// key_tile; for a row, each tile it can see does the same arithmetic whatever else is in the task, and a tile it cannot see does nothing
// to it. So a row's bits do not depend on chunks, pages or neighbours.
namespace preble {

template <class I, class Load>
class Attention {
public:
    using Stored = typename Load::Type;

    explicit Attention(const AttentionTask& task)
        : t(task), rows(task.tokens * task.group), keys(task.scratch), values(keys + key_tile * t.padded_head),
          query(values + key_tile * t.padded_head), sums(query + rows * t.padded_head), scores(sums + rows * t.padded_head),
          highest(scores + rows * key_tile), totals(highest + rows)
    {
    }

    void run()
    {
        begin();
        const int end = t.first_position + t.tokens;
        for (int first = 0; first < end; first += key_tile) {
            const int count = end - first < key_tile ? end - first : key_tile;
            widen_keys(first, count);
            score();
            for (int row = 0; row < rows; ++row) {
                weigh(row, t.first_position + row / t.group + 1 - first);
            }
            widen_values(first, count);
            add_values(count);
        }
        finish();
    }

private:
    void begin()
    {
        for (int row = 0; row < rows; ++row) {
            const float* const from = t.query + row / t.group * t.query_stride + row % t.group * t.head_size;
            for (int i = 0; i < t.head_size; ++i) {
                query[row * t.padded_head + i] = from[i] * t.scale;
            }
            for (int i = 0; i < t.padded_head; ++i) {
                sums[row * t.padded_head + i] = 0.0f;
            }
            highest[row] = -__builtin_inff();
            totals[row] = 0.0f;
        }
    }

    const Stored* head_of(int position) const
    {
        return reinterpret_cast<const Stored*>(t.cache + t.blocks[position / block_tokens] * t.block_stride);
    }

    /// Slots past the last token are read but never used: weigh() gives them nothing and add_values() stops before them.
    void widen_keys(int first, int count)
    {
        for (int slot = 0; slot < count; slot += block_tokens) {
            const Stored* const from = head_of(first + slot);
            for (int i = 0; i < t.head_size; ++i) {
                for (int lane = 0; lane < block_tokens; lane += I::lanes) {
                    I::store(keys + i * key_tile + slot + lane, Load::load(from + i * block_tokens + lane));
                }
            }
        }
        seen = (count + block_tokens - 1) / block_tokens * block_tokens;
    }

    void widen_values(int first, int count)
    {
        for (int slot = 0; slot < count; ++slot) {
            const Stored* const from = head_of(first + slot) + t.head_size * block_tokens + (first + slot) % block_tokens * t.padded_head;
            for (int i = 0; i < t.padded_head; i += I::lanes) {
                I::store(values + slot * t.padded_head + i, Load::load(from + i));
            }
        }
    }

    void score()
    {
        for (int slot = 0; slot < seen; slot += 2 * I::lanes) {
            const FloatTile<I, LoadFloat<I>> tile = {query,       t.padded_head, keys + slot, key_tile,
                                                     t.head_size, scores + slot, key_tile,    false};
            tile.template run_rows<2>(0, rows);
        }
    }

    /// Turns a row's scores into weights relative to the highest score so far, and rescales what the row has. It sees `visible` keys.
    void weigh(int row, int visible)
    {
        float* const weights = scores + row * key_tile;
        if (visible <= 0) {
            for (int i = 0; i < key_tile; ++i) {
                weights[i] = 0.0f;
            }
            return;
        }
        const typename I::F hidden = I::set(-__builtin_inff());
        typename I::F top = I::set(highest[row]);
        for (int i = 0; i < key_tile; i += I::lanes) {
            const typename I::F x = I::first(visible - i, I::load(weights + i), hidden);
            I::store(weights + i, x);
            top = I::max(top, x);
        }
        const float now = I::largest(top);
        const typename I::F factor = exponential<I>(I::set(highest[row] - now));
        auto total = Sixteen<I>::all(0.0f);
        for (int i = 0; i < key_tile; i += total.places) {
            total.update([&](typename I::F sum, int offset) {
                const typename I::F weight = exponential<I>(I::sub(I::load(weights + i + offset), I::set(now)));
                I::store(weights + i + offset, weight);
                return I::add(sum, weight);
            });
        }
        for (int i = 0; i < t.padded_head; i += I::lanes) {
            float* const sum = sums + row * t.padded_head + i;
            I::store(sum, I::mul(I::load(sum), factor));
        }
        float first_factor[I::lanes];
        I::store(first_factor, factor);
        totals[row] = totals[row] * first_factor[0] + total.sum();
        highest[row] = now;
    }

    void add_values(int count)
    {
        int i = 0;
        for (; i + 2 * I::lanes <= t.padded_head; i += 2 * I::lanes) {
            tile_of_values(i, count).template run_rows<2>(0, rows);
        }
        for (; i < t.padded_head; i += I::lanes) {
            tile_of_values(i, count).template run_rows<1>(0, rows);
        }
    }

    FloatTile<I, LoadFloat<I>> tile_of_values(int i, int count) const
    {
        return {scores, key_tile, values + i, t.padded_head, count, sums + i, t.padded_head, true};
    }

    void finish()
    {
        for (int row = 0; row < rows; ++row) {
            float* const to = t.out + row / t.group * t.out_stride + row % t.group * t.head_size;
            const float factor = 1.0f / totals[row];
            for (int i = 0; i < t.head_size; ++i) {
                to[i] = sums[row * t.padded_head + i] * factor;
            }
        }
    }

    const AttentionTask& t;
    const int rows;
    int seen = 0;
    float* const keys;     // [dimension][key_tile]
    float* const values;   // [slot][padded_head]
    float* const query;    // [row][padded_head]
    float* const sums;     // [row][padded_head]
    float* const scores;   // [row][key_tile]
    float* const highest;  // [row]
    float* const totals;   // [row]
};

template <class I, class Load>
void attend(const AttentionTask& task)
{
    Attention<I, Load>(task).run();
}

}

#pragma once

#include "backends/cpu/attention_task.h"

// The two products of attention, straight from the cache: elements are widened in registers, which is exact. Each result is one chain of
// fused multiply-adds in the order of the dimensions, or of the keys, so its bits do not depend on the shape of a tile.
namespace preble {

template <class I>
struct HeldFloat {
    using Type = float;
    static constexpr bool has_scales = false;
    static typename I::F load(const float* p) { return I::load(p); }
};

template <class I>
struct HeldHalf {
    using Type = uint16_t;
    static constexpr bool has_scales = false;
    static typename I::F load(const uint16_t* p) { return I::load_half(p); }
};

template <class I>
struct HeldInt8 {
    using Type = int8_t;
    static constexpr bool has_scales = true;
    static typename I::F load(const int8_t* p) { return I::load_int8(p); }
};

/// One step of a tile: every row's number times every vector of `held`, which lie `vector_stride` apart.
template <class I, int rows, int vectors>
struct TileSums {
    typename I::F sums[rows][vectors];

    template <class X, class Weight>
    inline __attribute__((always_inline)) void step(X x_of, Weight weight_of)
    {
        if constexpr (rows < vectors) {
            typename I::F x[rows];
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                x[r] = I::set(x_of(r));
            }
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
                const typename I::F weight = weight_of(v);
#pragma GCC unroll 16
                for (int r = 0; r < rows; ++r) {
                    sums[r][v] = I::fma(x[r], weight, sums[r][v]);
                }
            }
        } else {
            typename I::F weights[vectors];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
                weights[v] = weight_of(v);
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const typename I::F x = I::set(x_of(r));
#pragma GCC unroll 4
                for (int v = 0; v < vectors; ++v) {
                    sums[r][v] = I::fma(x, weights[v], sums[r][v]);
                }
            }
        }
    }
};

/// scores[r][0 .. vectors * lanes) = query[r] times the keys of one or more blocks.
template <class I, class Held>
struct KeyTile {
    using Stored = typename Held::Type;
    static constexpr int most_blocks = 4;

    const float* query;
    int64_t query_stride;
    int head_size;
    const Stored* keys[most_blocks];   // of neighbouring blocks
    const Stored* ahead[most_blocks];  // what to fetch meanwhile
    float* scores;

    template <int vectors, int rows>
    void run(int row) const
    {
        constexpr int blocks = vectors * I::lanes > block_tokens ? vectors * I::lanes / block_tokens : 1;
        constexpr int dimensions_of_a_line = sizeof(Stored) * block_tokens < 64 ? 64 / (sizeof(Stored) * block_tokens) : 1;
        TileSums<I, rows, vectors> tile;
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                tile.sums[r][v] = I::zero();
            }
        }
        const float* const from = query + row * query_stride;
        for (int i = 0; i < head_size; ++i) {
            if (row == 0 && i % dimensions_of_a_line == 0) {
                for (int block = 0; block < blocks; ++block) {
                    __builtin_prefetch(ahead[block] + i * block_tokens);
                }
            }
            tile.step([&](int r) { return from[r * query_stride + i]; },
                      [&](int v) { return Held::load(keys[v * I::lanes / block_tokens] + i * block_tokens + v * I::lanes % block_tokens); });
        }
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                I::store(scores + (row + r) * int64_t{segment_keys} + v * I::lanes, tile.sums[r][v]);
            }
        }
    }
};

/// sums[r][0 .. vectors * lanes) += weights[r] times the values of some slots.
template <class I, class Held>
struct ValueTile {
    using Stored = typename Held::Type;
    static constexpr int blocks_ahead = 4;

    const float* weights;        // of row 0 and slot 0 of the first block; rows are segment_keys apart
    const Stored* const* values;  // of the blocks from the first on, and of those to fetch meanwhile, at column 0
    int column;
    int64_t padded_head;
    int slots;
    float* sums;
    int64_t sums_stride;

    template <int vectors, int rows>
    void run(int row) const
    {
        TileSums<I, rows, vectors> tile;
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                tile.sums[r][v] = I::load(sums + (row + r) * sums_stride + v * I::lanes);
            }
        }
        const float* const from = weights + row * int64_t{segment_keys};
        for (int slot = 0; slot < slots;) {
            const int stop = slot + block_tokens < slots ? slot + block_tokens : slots;
            const Stored* value = values[slot / block_tokens] + column;
            const Stored* ahead = values[slot / block_tokens + blocks_ahead] + column;
            for (; slot < stop; ++slot, value += padded_head, ahead += padded_head) {
                if (row == 0) {
                    __builtin_prefetch(ahead);
                }
                tile.step([&](int r) { return from[r * int64_t{segment_keys} + slot]; },
                          [&](int v) { return Held::load(value + v * I::lanes); });
            }
        }
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                I::store(sums + (row + r) * sums_stride + v * I::lanes, tile.sums[r][v]);
            }
        }
    }
};

/// Runs a tile over rows [row, end), most of them `rows` at a time.
template <int vectors, int rows, class Tile>
void run_rows(const Tile& tile, int row, int end)
{
    while (end - row >= rows) {
        tile.template run<vectors, rows>(row);
        row += rows;
    }
    if constexpr (rows > 1) {
        run_rows<vectors, rows - 1>(tile, row, end);
    }
}

}

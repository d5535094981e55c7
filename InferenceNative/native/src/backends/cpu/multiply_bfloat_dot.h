#pragma once

#include "backends/cpu/kernels.h"

// BF16 weights times activations rounded to BF16, in the processor's dot products of pairs with float32 sums. Each output is one chain of
// dot products in the order of the pairs of inputs, so its bits do not depend on tiles, rows or blocks. They differ from those of the
// products with float32 activations: which of the two a process computes is decided with its kernel set, once.
namespace preble {

template <class I>
class BfloatDot {
public:
    BfloatDot(const Matrix& weights, const Activations& activations, const Rectangle& rectangle)
        : matrix(weights), x(activations), at(rectangle)
    {
    }

    void run()
    {
        for (int group = at.group_begin; group < at.group_end; group += most_groups) {
            groups = smaller(at.group_end - group, most_groups);
            for (int row = at.row_begin; row < at.row_end; row += rows_held) {
                rows = smaller(at.row_end - row, rows_held);
                part(group, row);
            }
        }
    }

private:
    using F = typename I::F;

    static constexpr int outputs = 2 * I::lanes;
    static constexpr int most_groups = 4;
    static constexpr int rows_held = 64;
    static constexpr int rounded_at_once = 32;
    /// Inputs whose rounded rows are held at a time: they stay in the second-level cache beside the weights.
    static constexpr int inputs_held = 512;
    static constexpr int pairs_held = inputs_held / 2;
    static constexpr int cache_line = 64;
    static constexpr int prefetch_bytes = 1024;

    static constexpr int smaller(int a, int b) { return a < b ? a : b; }

    static constexpr int groups_beside(int tile_rows)
    {
        int beside = 1;
        while (beside < most_groups && tile_rows * (beside + 1) * 2 + tile_rows + 2 <= I::registers) {
            ++beside;
        }
        return beside;
    }

    /// All inputs of up to most_groups groups for up to rows_held rows.
    void part(int group, int row)
    {
        for (int i = 0; i < rows * most_groups * outputs; ++i) {
            sums[i] = 0.0f;
        }
        for (int first = 0; first < matrix.columns; first += inputs_held) {
            const int inputs = smaller(matrix.columns - first, inputs_held);
            for (int r = 0; r < rows; ++r) {
                round_row(x.rows + (row + r) * x.stride + first, inputs, pairs + r * pairs_held);
            }
            multiply(group, first, (inputs + 1) / 2);
        }
        write(group, row);
    }

    static void round_row(const float* from, int inputs, uint32_t* to)
    {
        int i = 0;
        for (; i + rounded_at_once <= inputs; i += rounded_at_once) {
            I::round_pairs(from + i, to + i / 2);
        }
        if (i < inputs) {
            float rest[rounded_at_once] = {};
            for (int r = 0; i + r < inputs; ++r) {
                rest[r] = from[i + r];
            }
            I::round_pairs(rest, to + i / 2);
        }
    }

    void multiply(int group, int first, int count)
    {
        int row = 0;
        for (int tiles = (rows + I::float_rows - 1) / I::float_rows; tiles > 0; --tiles) {
            const int tile_rows = (rows - row + tiles - 1) / tiles;
            tile_of<I::float_rows>(tile_rows, group, row, first, count);
            row += tile_rows;
        }
    }

    template <int tile_rows>
    void tile_of(int wanted, int group, int row, int first, int count)
    {
        if (wanted == tile_rows) {
            constexpr int beside = groups_beside(tile_rows);
            int g = 0;
            for (; g + beside <= groups; g += beside) {
                tile<beside, tile_rows>(group, g, row, first, count);
            }
            for (; g < groups; ++g) {
                tile<1, tile_rows>(group, g, row, first, count);
            }
        } else if constexpr (tile_rows > 1) {
            tile_of<tile_rows - 1>(wanted, group, row, first, count);
        }
    }

    /// Adds `count` pairs of inputs from input `first` on to the held sums of a few groups and rows.
    template <int beside, int tile_rows>
    __attribute__((noinline)) void tile(int group, int g, int row, int first, int count)
    {
        F total[tile_rows][2 * beside];
        const uint16_t* weights[beside];
        float* const held = sums + (row * most_groups + g) * outputs;
        const uint32_t* const from = pairs + row * pairs_held;
#pragma GCC unroll 16
        for (int r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < 2 * beside; ++v) {
                total[r][v] = I::load(held + r * most_groups * outputs + v * I::lanes);
            }
        }
#pragma GCC unroll 4
        for (int b = 0; b < beside; ++b) {
            weights[b] = reinterpret_cast<const uint16_t*>(matrix.data + (group + g + b) * matrix.group_bytes) + first * outputs;
        }
        for (int pair = 0; pair < count; ++pair) {
#pragma GCC unroll 4
            for (int b = 0; b < beside; ++b) {
                __builtin_prefetch(reinterpret_cast<const char*>(weights[b]) + prefetch_bytes);
                __builtin_prefetch(reinterpret_cast<const char*>(weights[b]) + prefetch_bytes + cache_line);
                const typename I::Pairs left = I::load_pairs(weights[b]);
                const typename I::Pairs right = I::load_pairs(weights[b] + outputs);
                weights[b] += 2 * outputs;
#pragma GCC unroll 16
                for (int r = 0; r < tile_rows; ++r) {
                    const typename I::Pairs value = I::set_pair(from[r * pairs_held + pair]);
                    total[r][2 * b] = I::dot(total[r][2 * b], left, value);
                    total[r][2 * b + 1] = I::dot(total[r][2 * b + 1], right, value);
                }
            }
        }
#pragma GCC unroll 16
        for (int r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < 2 * beside; ++v) {
                I::store(held + r * most_groups * outputs + v * I::lanes, total[r][v]);
            }
        }
    }

    void write(int group, int row)
    {
        for (int r = 0; r < rows; ++r) {
            float* const to = at.out + (row + r) * at.stride + static_cast<int64_t>(group) * outputs;
            for (int i = 0; i < groups * outputs; i += I::lanes) {
                const F total = I::load(sums + r * most_groups * outputs + i);
                I::store(to + i, at.accumulate ? I::add(I::load(to + i), total) : total);
            }
        }
    }

    const Matrix& matrix;
    const Activations& x;
    const Rectangle& at;
    int groups = 0;
    int rows = 0;
    alignas(64) uint32_t pairs[rows_held * pairs_held];              // row -> pair of rounded inputs
    alignas(64) float sums[rows_held * most_groups * outputs];       // row -> group -> output
};

template <class I>
void multiply_bfloat_dot(const Matrix& matrix, const Activations& x, const Rectangle& at)
{
    BfloatDot<I>(matrix, x, at).run();
}

}

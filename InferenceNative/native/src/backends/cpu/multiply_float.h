#pragma once

#include "backends/cpu/float_weights.h"
#include "backends/cpu/kernels.h"

// Float weights times float32 activations. Each output is one chain of fused multiply-adds in the order of the inputs, begun at zero, so
// its bits do not depend on tiles, rows or the instruction set.
//
// There is no blocking over inputs: it was measured at 576 to 8192 of them, and what it saved in the second-level cache it lost in
// storing unfinished sums.
namespace preble {

template <class I, class Weights>
class FloatProduct {
public:
    FloatProduct(const Matrix& weights, const Activations& activations, const Rectangle& rectangle)
        : matrix(weights), x(activations), at(rectangle)
    {
    }

    void run() const
    {
        const int rows = at.row_end - at.row_begin;
        if (rows <= I::float_rows) {
            few_rows<I::float_rows>(rows);
            return;
        }
        for (int group = at.group_begin; group < at.group_end; group += most_groups) {
            many_rows(group, at.group_end - group < most_groups ? at.group_end - group : most_groups, rows);
        }
    }

private:
    using F = typename I::F;
    using Type = typename Weights::Type;

    static constexpr int outputs = 2 * I::lanes;
    static constexpr int cache_line = 64;
    /// How far ahead a tile asks for its weights: what memory delivers while it answers.
    static constexpr int prefetch_bytes = 1024;
    /// Groups computed side by side, by few rows in one tile and by many rows in turn, while the tile's activations stay near.
    static constexpr int most_groups = 4;

    /// Groups in a tile of so many rows: as many as the registers hold, since one group's additions would wait for each other.
    static constexpr int groups_beside(int rows)
    {
        int groups = 1;
        while (groups < most_groups && rows * (groups + 1) * 2 + rows + Weights::temporaries <= I::registers) {
            ++groups;
        }
        return groups;
    }

    template <int rows>
    void few_rows(int count) const
    {
        if (count == rows) {
            constexpr int beside = groups_beside(rows);
            int group = at.group_begin;
            for (; group + beside <= at.group_end; group += beside) {
                tile<beside, rows, true>(group, at.row_begin);
            }
            for (; group < at.group_end; ++group) {
                tile<1, rows, true>(group, at.row_begin);
            }
        } else if constexpr (rows > 1) {
            few_rows<rows - 1>(count);
        }
    }

    /// Cuts the rows into tiles as equal as possible: a tile of one or two rows at the end would be slow.
    void many_rows(int group, int groups, int rows) const
    {
        int row = at.row_begin;
        for (int tiles = (rows + I::float_rows - 1) / I::float_rows; tiles > 0; --tiles) {
            const int count = (at.row_end - row + tiles - 1) / tiles;
            for (int g = group; g < group + groups; ++g) {
                one_group<I::float_rows>(count, g, row);
            }
            row += count;
        }
    }

    template <int rows>
    void one_group(int count, int group, int row) const
    {
        if (count == rows) {
            // The first rows bring the weights in; the others find them there.
            if (row == at.row_begin) {
                tile<1, rows, true>(group, row);
            } else {
                tile<1, rows, false>(group, row);
            }
        } else if constexpr (rows > 1) {
            one_group<rows - 1>(count, group, row);
        }
    }

    /// Groups [group, group + groups) for rows [row, row + rows). Not inlined: beside others the compiler spills its registers.
    template <int groups, int rows, bool prefetching>
    __attribute__((noinline)) void tile(int group, int row) const
    {
        F sums[rows][2 * groups];
        const float* from[rows];
        const Type* weights[groups];
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            from[r] = x.rows + (row + r) * x.stride;
#pragma GCC unroll 8
            for (int v = 0; v < 2 * groups; ++v) {
                sums[r][v] = I::zero();
            }
        }
#pragma GCC unroll 4
        for (int g = 0; g < groups; ++g) {
            weights[g] = reinterpret_cast<const Type*>(matrix.data + (group + g) * matrix.group_bytes);
        }
        int i = 0;
        for (; i + 2 <= matrix.columns; i += 2) {
            if constexpr (prefetching) {
                prefetch<groups>(weights);
            }
            add<0, groups, rows>(weights, from, i, sums);
            // Or the compiler keeps both inputs of a BF16 pair in registers, which it has not got.
#pragma GCC unroll 4
            for (int g = 0; g < groups; ++g) {
                asm("" : "+r"(weights[g]));
            }
            add<1, groups, rows>(weights, from, i, sums);
#pragma GCC unroll 4
            for (int g = 0; g < groups; ++g) {
                weights[g] += 2 * outputs;
            }
        }
        if (i < matrix.columns) {
            add<0, groups, rows>(weights, from, i, sums);
        }
        write<groups, rows>(group, row, sums);
    }

    template <int groups>
    static inline __attribute__((always_inline)) void prefetch(const Type* const* weights)
    {
        constexpr int pair_bytes = 2 * outputs * static_cast<int>(sizeof(Type));
#pragma GCC unroll 4
        for (int g = 0; g < groups; ++g) {
#pragma GCC unroll 4
            for (int byte = 0; byte < pair_bytes; byte += cache_line) {
                __builtin_prefetch(reinterpret_cast<const char*>(weights[g]) + prefetch_bytes + byte);
            }
        }
    }

    /// Adds input `i + input` of every row. One group holds its weights and takes the rows in turn; several hold the rows' values.
    template <int input, int groups, int rows>
    static inline __attribute__((always_inline)) void add(const Type* const* weights, const float* const* from, int i,
                                                          F (&sums)[rows][2 * groups])
    {
        if constexpr (groups == 1) {
            const F left = Weights::template load<input>(weights[0], 0);
            const F right = Weights::template load<input>(weights[0], I::lanes);
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const F value = I::set(from[r][i + input]);
                sums[r][0] = I::fma(value, left, sums[r][0]);
                sums[r][1] = I::fma(value, right, sums[r][1]);
            }
        } else {
            F values[rows];
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                values[r] = I::set(from[r][i + input]);
            }
#pragma GCC unroll 8
            for (int v = 0; v < 2 * groups; ++v) {
                const F weight = Weights::template load<input>(weights[v / 2], v % 2 * I::lanes);
#pragma GCC unroll 16
                for (int r = 0; r < rows; ++r) {
                    sums[r][v] = I::fma(values[r], weight, sums[r][v]);
                }
            }
        }
    }

    template <int groups, int rows>
    inline __attribute__((always_inline)) void write(int group, int row, const F (&sums)[rows][2 * groups]) const
    {
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            float* const to = at.out + (row + r) * at.stride + static_cast<int64_t>(group) * outputs;
#pragma GCC unroll 8
            for (int v = 0; v < 2 * groups; ++v) {
                float* const lane = to + v * I::lanes;
                I::store(lane, at.accumulate ? I::add(I::load(lane), sums[r][v]) : sums[r][v]);
            }
        }
    }

    const Matrix& matrix;
    const Activations& x;
    const Rectangle& at;
};

template <class I, template <class> class Weights>
void multiply_float(const Matrix& matrix, const Activations& x, const Rectangle& at)
{
    FloatProduct<I, Weights<I>>(matrix, x, at).run();
}

}

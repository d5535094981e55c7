#pragma once

#include "backends/cpu/kernels.h"

// Float32 products of small operands that lie as they are, as in both halves of attention. Each output is one chain of fused
// multiply-adds in the order of the inputs, so its bits do not depend on the tile.
namespace preble {

template <class I>
struct LoadFloat {
    using Type = float;
    static typename I::F load(const float* p) { return I::load(p); }
};

template <class I>
struct LoadHalf {
    using Type = uint16_t;
    static typename I::F load(const uint16_t* p) { return I::load_half(p); }
};

/// out[r][0 .. vectors * lanes) (+)= sum over i of a[r][i] * b[i][0 .. vectors * lanes).
template <class I, class Load>
struct FloatTile {
    const float* a;
    int64_t a_stride;
    const typename Load::Type* b;
    int64_t b_stride;
    int inputs;
    float* out;
    int64_t out_stride;
    bool accumulate;

    template <int vectors, int rows>
    void run(int row) const
    {
        typename I::F sums[rows][vectors];
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                sums[r][v] = I::zero();
            }
        }
        const float* const from = a + row * a_stride;
        for (int i = 0; i < inputs; ++i) {
            typename I::F weights[vectors];
#pragma GCC unroll 2
            for (int v = 0; v < vectors; ++v) {
                weights[v] = Load::load(b + i * b_stride + v * I::lanes);
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const typename I::F x = I::set(from[r * a_stride + i]);
#pragma GCC unroll 2
                for (int v = 0; v < vectors; ++v) {
                    sums[r][v] = I::fma(x, weights[v], sums[r][v]);
                }
            }
        }
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors; ++v) {
                float* const to = out + (row + r) * out_stride + v * I::lanes;
                I::store(to, accumulate ? I::add(I::load(to), sums[r][v]) : sums[r][v]);
            }
        }
    }

    template <int vectors, int rows = I::float_rows>
    void run_rows(int row, int end) const
    {
        while (end - row >= rows) {
            run<vectors, rows>(row);
            row += rows;
        }
        if constexpr (rows > 1) {
            run_rows<vectors, rows - 1>(row, end);
        }
    }
};

}

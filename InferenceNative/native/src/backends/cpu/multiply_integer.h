#pragma once

#include "backends/cpu/kernels.h"

// Integer weights times int8 activations. For each output: the blocks in order, each adding scale * scale * (integer sum); that order
// does not depend on how many rows are computed together, so neither do the bits.
namespace preble {

template <class I, int rows>
struct Q4Tile {
    static void run(const Matrix& matrix, const uint8_t* group, const Activations& x, int row, typename I::F* sums)
    {
        const uint16_t* scales = reinterpret_cast<const uint16_t*>(group);
        const uint8_t* values = group + matrix.values_offset;
        const int8_t* const quantized = x.quantized + row * x.quantized_stride;
        const float* const x_scales = x.scales + row * x.blocks_stride;
        const float* const x_sums = x.scaled_sums + row * x.blocks_stride;
        for (int block = 0; block < matrix.columns / 32; ++block) {
            const typename I::F scale = I::load_half(scales);
            const typename I::F minimum = I::load_half(scales + I::lanes);
            typename I::Bytes weights[8];
#pragma GCC unroll 4
            for (int v = 0; v < 4; ++v) {
                const typename I::Bytes nibbles = I::load_bytes(values + v * 4 * I::lanes);
                weights[2 * v] = I::low_nibbles(nibbles);
                weights[2 * v + 1] = I::high_nibbles(nibbles);
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const int8_t* const inputs = quantized + r * x.quantized_stride + block * 32;
                typename I::Dot dot = I::first_nibbles(weights[0], I::broadcast4(inputs));
#pragma GCC unroll 8
                for (int v = 1; v < 8; ++v) {
                    dot = I::dot_nibbles(dot, weights[v], I::broadcast4(inputs + 4 * v));
                }
                const typename I::F both = I::mul(scale, I::set(x_scales[r * x.blocks_stride + block]));
                sums[r] = I::fma(both, I::to_float(I::end_dot(dot)), sums[r]);
                sums[r] = I::fma(minimum, I::set(x_sums[r * x.blocks_stride + block]), sums[r]);
            }
            scales += 2 * I::lanes;
            values += 16 * I::lanes;
        }
    }
};

template <class I, int rows>
struct Q8Tile {
    static void run(const Matrix& matrix, const uint8_t* group, const Activations& x, int row, typename I::F* sums)
    {
        const uint16_t* scales = reinterpret_cast<const uint16_t*>(group);
        const uint8_t* values = group + matrix.values_offset;
        const int8_t* const quantized = x.quantized + row * x.quantized_stride;
        const float* const x_scales = x.scales + row * x.blocks_stride;
        const int32_t* const x_sums = x.sums + row * x.blocks_stride;
        for (int block = 0; block < matrix.columns / 32; ++block) {
            const typename I::F scale = I::load_half(scales);
            typename I::Int dots[rows];
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                dots[r] = I::no_int();
            }
#pragma GCC unroll 8
            for (int v = 0; v < 8; ++v) {
                const typename I::Signed weights = I::load_signed(values + v * 4 * I::lanes);
#pragma GCC unroll 16
                for (int r = 0; r < rows; ++r) {
                    dots[r] = I::dot_signed(dots[r], weights, I::broadcast4(quantized + r * x.quantized_stride + block * 32 + 4 * v));
                }
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const int64_t at = r * x.blocks_stride + block;
                sums[r] = I::fma(I::mul(scale, I::set(x_scales[at])), I::end_signed(dots[r], x_sums[at]), sums[r]);
            }
            scales += I::lanes;
            values += 32 * I::lanes;
        }
    }
};

/// Computes one group for `rows` rows, the largest tile that fits first.
template <class I, template <class, int> class Tile, int rows>
int multiply_rows(const Matrix& matrix, const uint8_t* group, const Activations& x, const Rectangle& at, int row, float* out)
{
    while (at.row_end - row >= rows) {
        typename I::F sums[rows];
        for (int r = 0; r < rows; ++r) {
            sums[r] = I::zero();
        }
        Tile<I, rows>::run(matrix, group, x, row, sums);
        for (int r = 0; r < rows; ++r) {
            float* const to = out + (row + r) * at.stride;
            I::store(to, at.accumulate ? I::add(I::load(to), sums[r]) : sums[r]);
        }
        row += rows;
    }
    if constexpr (rows > 1) {
        row = multiply_rows<I, Tile, rows - 1>(matrix, group, x, at, row, out);
    }
    return row;
}

/// Groups [group_begin, group_end) of the rectangle, one at a time.
template <class I, template <class, int> class Tile>
void multiply_groups(const Matrix& matrix, const Activations& x, const Rectangle& at, int group_begin, int group_end)
{
    for (int group = group_begin; group < group_end; ++group) {
        const uint8_t* const weights = matrix.data + group * matrix.group_bytes;
        multiply_rows<I, Tile, I::integer_rows>(matrix, weights, x, at, at.row_begin, at.out + static_cast<int64_t>(group) * I::lanes);
    }
}

template <class I>
void multiply_q8(const Matrix& matrix, const Activations& x, const Rectangle& at)
{
    multiply_groups<I, Q8Tile>(matrix, x, at, at.group_begin, at.group_end);
}

}

#pragma once

#include "backends/cpu/integer_form.h"

// Integer weights times int8 activations. For each output: the blocks in order, and within a block its parts, each adding
// scale * scale * (integer sum) and then the minimum's share; that order does not depend on how many rows are computed together, nor on
// the instruction set, so neither do the bits.
namespace preble {

/// How far ahead weights are asked for: what memory delivers while the product meets those on the way. Measured on Zen 3.
static constexpr int integer_prefetch_bytes = 3072;

/// Asks for `bytes` bytes of weights from `ahead` on, whole cache lines.
static inline __attribute__((always_inline)) void prefetch_weights(const uint8_t* ahead, int bytes)
{
    constexpr int cache_line = 64;
#pragma GCC unroll 8
    for (int byte = 0; byte < bytes; byte += cache_line) {
        __builtin_prefetch(ahead + byte);
    }
}

/// One group for a few rows, whose sums stay in registers; the codes of a block are unpacked once for all of them.
template <class I, class Form, int rows>
struct IntegerTile {
    using S = Stages<I, Form>;

    const Matrix& matrix;
    const Activations& x;
    int row;
    bool fetches;  // the first rows bring the weights in; the others find them there

    void run(const uint8_t* group, typename I::F* sums) const
    {
        constexpr IntegerLayout layout = integer_layout(Form::form);
        constexpr int block_bytes = (layout.halves * 2 + layout.vectors * 4) * I::lanes;
        const uint8_t* ahead = group + integer_prefetch_bytes;
        const uint16_t* scales = reinterpret_cast<const uint16_t*>(group);
        const uint8_t* values = group + matrix.values_offset;
        for (int block = 0; block < matrix.columns / 32; ++block) {
            if (fetches) {
                prefetch_weights(ahead, block_bytes);
                ahead += block_bytes;
            }
            if constexpr (S::by_sign) {
                add_signed(values, scales, block, sums);
            } else {
                typename I::Bytes codes[8];
                Form::template read<I>(values, codes);
                add_part<0>(codes, scales, block, sums);
                if constexpr (Form::parts == 2) {
                    add_part<1>(codes, scales, block, sums);
                }
            }
            scales += layout.halves * I::lanes;
            values += layout.vectors * 4 * I::lanes;
        }
    }

private:
    const int8_t* inputs(int r, int block) const { return x.quantized + (row + r) * x.quantized_stride + block * 32; }

    template <int part>
    __attribute__((always_inline)) void add_part(const typename I::Bytes* codes, const uint16_t* scales, int block,
                                                 typename I::F* sums) const
    {
        constexpr int first = part * S::per_part;
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            const int8_t* const from = inputs(r, block);
            typename I::Int total = stage(codes + first, from + first * 4);
#pragma GCC unroll 2
            for (int s = 1; s < S::of_a_part; ++s) {
                const int v = first + s * S::vectors;
                total = I::add_int(total, stage(codes + v, from + v * 4));
            }
            add_total<part>(total, scales, r, block, sums);
        }
    }

    __attribute__((always_inline)) typename I::Int stage(const typename I::Bytes* codes, const int8_t* from) const
    {
        typename I::Dot dot = I::first_dot(codes[0], I::broadcast4(from));
#pragma GCC unroll 8
        for (int v = 1; v < S::vectors; ++v) {
            dot = I::dot(dot, codes[v], I::broadcast4(from + 4 * v));
        }
        return I::end_dot(dot);
    }

    /// All rows meet a vector of weights before the next: there are too many of them for the registers.
    __attribute__((always_inline)) void add_signed(const uint8_t* values, const uint16_t* scales, int block, typename I::F* sums) const
    {
        typename I::Int totals[rows];
#pragma GCC unroll 8
        for (int v = 0; v < 8; ++v) {
            const typename I::Bytes weights = I::less_128(I::load_bytes(values + v * 4 * I::lanes));
            const typename I::Bytes magnitudes = I::magnitude(weights);
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const typename I::Int four = I::signed_dot(magnitudes, weights, I::broadcast4(inputs(r, block) + 4 * v));
                totals[r] = v == 0 ? four : I::add_int(totals[r], four);
            }
        }
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            add_total<0>(totals[r], scales, r, block, sums);
        }
    }

    template <int part>
    __attribute__((always_inline)) void add_total(typename I::Int total, const uint16_t* scales, int r, int block,
                                                  typename I::F* sums) const
    {
        const int64_t at = (row + r) * x.blocks_stride + block;
        const typename I::F both = I::mul(I::load_half(scales + part * I::lanes), I::set(x.scales[at]));
        sums[r] = I::fma(both, I::to_float(less_zero<I, Form, part>(total, x, at)), sums[r]);
        if constexpr (Form::has_minimum) {
            sums[r] = I::fma(I::load_half(scales + I::lanes), I::set(x.scaled_sums[at]), sums[r]);
        }
    }
};

/// Computes one group for `rows` rows at a time, the largest tile that fits first.
template <class I, class Form, int rows>
int multiply_rows(const Matrix& matrix, const uint8_t* group, const Activations& x, const Rectangle& at, int row, float* out)
{
    while (at.row_end - row >= rows) {
        typename I::F sums[rows];
        for (int r = 0; r < rows; ++r) {
            sums[r] = I::zero();
        }
        IntegerTile<I, Form, rows>{matrix, x, row, row == at.row_begin}.run(group, sums);
        for (int r = 0; r < rows; ++r) {
            float* const to = out + (row + r) * at.stride;
            I::store(to, at.accumulate ? I::add(I::load(to), sums[r]) : sums[r]);
        }
        row += rows;
    }
    if constexpr (rows > 1) {
        row = multiply_rows<I, Form, rows - 1>(matrix, group, x, at, row, out);
    }
    return row;
}

/// Groups [group_begin, group_end) of the rectangle, one at a time.
template <class I, class Form>
void multiply_groups(const Matrix& matrix, const Activations& x, const Rectangle& at, int group_begin, int group_end)
{
    for (int group = group_begin; group < group_end; ++group) {
        const uint8_t* const weights = matrix.data + group * matrix.group_bytes;
        multiply_rows<I, Form, I::few_rows>(matrix, weights, x, at, at.row_begin, at.out + static_cast<int64_t>(group) * I::lanes);
    }
}

}

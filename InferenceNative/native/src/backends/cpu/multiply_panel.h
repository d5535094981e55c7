#pragma once

#include "backends/cpu/multiply_integer.h"

// Integer weights for many rows. A tile of one group is bound by the loads of activations; two groups share each of them. Their codes do
// not fit the registers beside the sums, so a panel of both is unpacked in the first-level cache, once for all rows. The arithmetic of an
// output is that of IntegerTile, operation by operation, so the bits are the same.
namespace preble {

template <class I, class Form>
class IntegerPanel {
public:
    /// With fewer rows, unpacking costs more than it saves: measured on Zen 3.
    static constexpr int fewest_rows = Stages<I, Form>::by_sign ? 24 : 6;

    IntegerPanel(const Matrix& weights, const Activations& activations, const Rectangle& rectangle)
        : matrix(weights), x(activations), at(rectangle)
    {
    }

    /// Groups `group` and `group + 1` for all rows of the rectangle.
    void run(int group)
    {
        for (int row = at.row_begin; row < at.row_end; row += rows_held) {
            const int count = at.row_end - row < rows_held ? at.row_end - row : rows_held;
            for (int i = 0; i < count * 2; ++i) {
                I::store(sums + i * I::lanes, I::zero());
            }
            const int blocks = matrix.columns / 32;
            for (int block = 0; block < blocks; block += blocks_held) {
                unpack(group, block, blocks - block < blocks_held ? blocks - block : blocks_held);
                fetch_after(group, block);
                multiply<tile_rows>(row, block, 0, count);
            }
            write(group, row, count);
        }
    }

private:
    using S = Stages<I, Form>;
    static constexpr IntegerLayout layout = integer_layout(Form::form);
    // By sign, each vector of weights lies behind that of its magnitudes.
    static constexpr int vectors = S::by_sign ? 16 : 8;
    static constexpr int tile_rows = [] {
        if constexpr (S::by_sign) {
            return I::signed_rows;
        } else {
            return I::integer_rows;
        }
    }();
    static constexpr int vector_bytes = 4 * I::lanes;
    // With sixteen vectors a block takes twice the room, and the panel has to share the first-level cache with the rows.
    static constexpr int blocks_held = vectors == 8 ? 24 : 18;
    static constexpr int rows_held = 120;
    static constexpr int fetched_at_once = 128;

    void unpack(int group, int first, int count)
    {
        held = count;
        for (int g = 0; g < 2; ++g) {
            const uint8_t* const from = matrix.data + (group + g) * matrix.group_bytes;
            const uint16_t* const halves = reinterpret_cast<const uint16_t*>(from) + first * layout.halves * I::lanes;
            const uint8_t* const values = from + matrix.values_offset + static_cast<int64_t>(first) * layout.vectors * vector_bytes;
            for (int block = 0; block < count; ++block) {
                for (int half = 0; half < layout.halves; ++half) {
                    I::store(scales + ((block * layout.halves + half) * 2 + g) * I::lanes,
                             I::load_half(halves + (block * layout.halves + half) * I::lanes));
                }
                unpack_block(values + block * layout.vectors * vector_bytes, bytes + (block * vectors * 2 + g) * vector_bytes);
            }
        }
    }

    /// While the tiles of a panel run they fetch a share of the next two groups, so that unpacking those does not wait for memory.
    void fetch_after(int group, int first)
    {
        const int blocks = matrix.columns / 32;
        const uint8_t* const next = matrix.data + (group + 2) * matrix.group_bytes;
        ahead = next + 2 * matrix.group_bytes * first / blocks;
        ahead_end = next + 2 * matrix.group_bytes * (first + held) / blocks;
    }

    static void unpack_block(const uint8_t* from, uint8_t* to)
    {
        typename I::Bytes codes[8];
        Form::template read<I>(from, codes);
#pragma GCC unroll 8
        for (int v = 0; v < 8; ++v) {
            if constexpr (S::by_sign) {
                const typename I::Bytes weights = I::less_128(codes[v]);
                I::store_bytes(to + v * 4 * vector_bytes, I::magnitude(weights));
                I::store_bytes(to + (v * 4 + 2) * vector_bytes, weights);
            } else {
                I::store_bytes(to + v * 2 * vector_bytes, codes[v]);
            }
        }
    }

    template <int rows>
    void multiply(int first_row, int first_block, int done, int count)
    {
        for (; count - done >= rows; done += rows) {
            tile<rows>(first_row + done, first_block, sums + done * 2 * I::lanes);
        }
        if constexpr (rows > 1) {
            multiply<rows - 1>(first_row, first_block, done, count);
        }
    }

    template <int rows>
    void tile(int row, int first_block, float* to)
    {
        // A pointer for each row keeps the address arithmetic out of the inner loop.
        const int8_t* inputs[rows];
        for (int r = 0; r < rows; ++r) {
            inputs[r] = x.quantized + (row + r) * x.quantized_stride + first_block * 32;
        }
        int64_t at_block = row * x.blocks_stride + first_block;
        const uint8_t* codes = bytes;
        const float* block_scales = scales;
        for (int block = 0; block < held; ++block) {
            if (ahead < ahead_end) {
                prefetch_weights(ahead, fetched_at_once);
                ahead += fetched_at_once;
            }
            add_part<rows, 0>(inputs, codes, block_scales, at_block, to);
            if constexpr (Form::parts == 2) {
                add_part<rows, 1>(inputs, codes, block_scales, at_block, to);
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                inputs[r] += 32;
            }
            ++at_block;
            codes += vectors * 2 * vector_bytes;
            block_scales += layout.halves * 2 * I::lanes;
        }
    }

    template <int rows, int part>
    __attribute__((always_inline)) void add_part(const int8_t* const* inputs, const uint8_t* codes, const float* block_scales,
                                                 int64_t at_block, float* to) const
    {
        typename I::Int totals[rows][2];
        if constexpr (S::by_sign) {
            sum_signed<rows>(inputs, codes, totals);
        } else {
            add_stage<rows, part * S::per_part, true>(inputs, codes, totals);
            if constexpr (S::of_a_part == 2) {
                add_stage<rows, part * S::per_part + S::vectors, false>(inputs, codes, totals);
            }
        }
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
            const int64_t block = at_block + r * x.blocks_stride;
            const typename I::F scale = I::set(x.scales[block]);
#pragma GCC unroll 2
            for (int g = 0; g < 2; ++g) {
                float* const out = to + (r * 2 + g) * I::lanes;
                const typename I::Int total = less_zero<I, Form, part>(totals[r][g], x, block);
                const typename I::F both = I::mul(I::load(block_scales + (part * 2 + g) * I::lanes), scale);
                typename I::F sum = I::fma(both, I::to_float(total), I::load(out));
                if constexpr (Form::has_minimum) {
                    sum = I::fma(I::load(block_scales + (2 + g) * I::lanes), I::set(x.scaled_sums[block]), sum);
                }
                I::store(out, sum);
            }
        }
    }

    /// Some vectors of codes, from the block's vector `begin` on.
    template <int rows, int begin, bool first>
    __attribute__((always_inline)) void add_stage(const int8_t* const* inputs, const uint8_t* codes,
                                                  typename I::Int (&totals)[rows][2]) const
    {
        typename I::Dot dots[rows][2];
#pragma GCC unroll 8
        for (int v = begin; v < begin + S::vectors; ++v) {
            const typename I::Bytes left = I::load_bytes(codes + v * 2 * vector_bytes);
            const typename I::Bytes right = I::load_bytes(codes + (v * 2 + 1) * vector_bytes);
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const typename I::Bytes four = I::broadcast4(inputs[r] + v * 4);
                dots[r][0] = v == begin ? I::first_dot(left, four) : I::dot(dots[r][0], left, four);
                dots[r][1] = v == begin ? I::first_dot(right, four) : I::dot(dots[r][1], right, four);
            }
        }
#pragma GCC unroll 16
        for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
            for (int g = 0; g < 2; ++g) {
                const typename I::Int sum = I::end_dot(dots[r][g]);
                totals[r][g] = first ? sum : I::add_int(totals[r][g], sum);
            }
        }
    }

    template <int rows>
    __attribute__((always_inline)) void sum_signed(const int8_t* const* inputs, const uint8_t* codes,
                                                   typename I::Int (&totals)[rows][2]) const
    {
#pragma GCC unroll 8
        for (int v = 0; v < 8; ++v) {
            const uint8_t* const at_v = codes + v * 4 * vector_bytes;
            const typename I::Bytes left = I::load_bytes(at_v);
            const typename I::Bytes right = I::load_bytes(at_v + vector_bytes);
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                const typename I::Bytes four = I::broadcast4(inputs[r] + v * 4);
                const typename I::Int a = I::signed_dot(left, I::load_bytes(at_v + 2 * vector_bytes), four);
                const typename I::Int b = I::signed_dot(right, I::load_bytes(at_v + 3 * vector_bytes), four);
                totals[r][0] = v == 0 ? a : I::add_int(totals[r][0], a);
                totals[r][1] = v == 0 ? b : I::add_int(totals[r][1], b);
            }
        }
    }

    void write(int group, int row, int count)
    {
        for (int i = 0; i < count * 2; ++i) {
            float* const to = at.out + (row + i / 2) * at.stride + static_cast<int64_t>(group + i % 2) * I::lanes;
            const typename I::F sum = I::load(sums + i * I::lanes);
            I::store(to, at.accumulate ? I::add(I::load(to), sum) : sum);
        }
    }

    const Matrix& matrix;
    const Activations& x;
    const Rectangle& at;
    int held = 0;
    const uint8_t* ahead = nullptr;
    const uint8_t* ahead_end = nullptr;
    alignas(64) uint8_t bytes[blocks_held * vectors * 2 * vector_bytes];  // block -> vector -> group -> output, four inputs
    alignas(64) float scales[blocks_held * layout.halves * 2 * I::lanes];  // block -> scales, minima -> group -> output
    alignas(64) float sums[rows_held * 2 * I::lanes];                      // row -> group -> output
};

template <class I, class Form>
void multiply_integer(const Matrix& matrix, const Activations& x, const Rectangle& at)
{
    int group = at.group_begin;
    if (at.row_end - at.row_begin >= IntegerPanel<I, Form>::fewest_rows && at.group_end - group >= 2) {
        IntegerPanel<I, Form> panel(matrix, x, at);
        for (; group + 2 <= at.group_end; group += 2) {
            panel.run(group);
        }
    }
    multiply_groups<I, Form>(matrix, x, at, group, at.group_end);
}

}

#pragma once

#include "backends/cpu/multiply_integer.h"

// Q4 for several rows. A tile of one group is bound by the loads of activations; two groups share each of them. Their weights do not fit
// the registers beside the sums, so a panel of both is unpacked to bytes in the first-level cache, once for all rows. The arithmetic of an
// output is that of Q4Tile, operation by operation, so the bits are the same.
namespace preble {

template <class I>
class Q4Panel {
public:
    /// With fewer rows, unpacking costs more than it saves.
    static constexpr int fewest_rows = 8;

    Q4Panel(const Matrix& weights, const Activations& activations, const Rectangle& rectangle)
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
                multiply<I::integer_rows>(row, block, 0, count);
            }
            write(group, row, count);
        }
    }

private:
    static constexpr int blocks_held = 24;
    static constexpr int rows_held = 120;

    void unpack(int group, int first, int count)
    {
        held = count;
        for (int g = 0; g < 2; ++g) {
            const uint8_t* const from = matrix.data + (group + g) * matrix.group_bytes;
            const uint16_t* const halves = reinterpret_cast<const uint16_t*>(from) + first * 2 * I::lanes;
            const uint8_t* const values = from + matrix.values_offset + first * 16 * I::lanes;
            for (int block = 0; block < count; ++block) {
                I::store(scales + (block * 4 + g) * I::lanes, I::load_half(halves + block * 2 * I::lanes));
                I::store(scales + (block * 4 + 2 + g) * I::lanes, I::load_half(halves + (block * 2 + 1) * I::lanes));
                for (int v = 0; v < 4; ++v) {
                    const typename I::Bytes nibbles = I::load_bytes(values + (block * 4 + v) * 4 * I::lanes);
                    I::store_bytes(bytes + (block * 16 + v * 4 + g) * 4 * I::lanes, I::low_nibbles(nibbles));
                    I::store_bytes(bytes + (block * 16 + v * 4 + 2 + g) * 4 * I::lanes, I::high_nibbles(nibbles));
                }
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
        const float* x_scales = x.scales + row * x.blocks_stride + first_block;
        const float* x_sums = x.scaled_sums + row * x.blocks_stride + first_block;
        const uint8_t* weights = bytes;
        const float* block_scales = scales;
        for (int block = 0; block < held; ++block) {
            typename I::Dot dots[rows][2];
#pragma GCC unroll 8
            for (int v = 0; v < 8; ++v) {
                const typename I::Bytes left = I::load_bytes(weights + v * 8 * I::lanes);
                const typename I::Bytes right = I::load_bytes(weights + v * 8 * I::lanes + 4 * I::lanes);
#pragma GCC unroll 16
                for (int r = 0; r < rows; ++r) {
                    const typename I::Bytes four = I::broadcast4(inputs[r] + 4 * v);
                    dots[r][0] = v == 0 ? I::first_nibbles(left, four) : I::dot_nibbles(dots[r][0], left, four);
                    dots[r][1] = v == 0 ? I::first_nibbles(right, four) : I::dot_nibbles(dots[r][1], right, four);
                }
            }
#pragma GCC unroll 16
            for (int r = 0; r < rows; ++r) {
                inputs[r] += 32;
                const typename I::F scale = I::set(x_scales[r * x.blocks_stride]);
                const typename I::F sum = I::set(x_sums[r * x.blocks_stride]);
#pragma GCC unroll 2
                for (int g = 0; g < 2; ++g) {
                    float* const out = to + (r * 2 + g) * I::lanes;
                    const typename I::F both = I::mul(I::load(block_scales + g * I::lanes), scale);
                    const typename I::F scaled = I::fma(both, I::to_float(I::end_dot(dots[r][g])), I::load(out));
                    I::store(out, I::fma(I::load(block_scales + (2 + g) * I::lanes), sum, scaled));
                }
            }
            ++x_scales;
            ++x_sums;
            weights += 64 * I::lanes;
            block_scales += 4 * I::lanes;
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
    alignas(64) uint8_t bytes[blocks_held * 2 * 32 * I::lanes];  // block -> four inputs -> group -> output
    alignas(64) float scales[blocks_held * 4 * I::lanes];        // block -> scales of both groups, minima of both groups
    alignas(64) float sums[rows_held * 2 * I::lanes];            // row -> group -> output
};

template <class I>
void multiply_q4(const Matrix& matrix, const Activations& x, const Rectangle& at)
{
    int group = at.group_begin;
    if (at.row_end - at.row_begin >= Q4Panel<I>::fewest_rows && at.group_end - group >= 2) {
        Q4Panel<I> panel(matrix, x, at);
        for (; group + 2 <= at.group_end; group += 2) {
            panel.run(group);
        }
    }
    multiply_groups<I, Q4Tile>(matrix, x, at, group, at.group_end);
}

}

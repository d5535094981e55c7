#include "forward/normalize.h"

namespace preble {

void quantize_row(const Step& step, const float* from, int width, int row)
{
    const QuantizedRows& to = step.memory.quantized;
    step.kernels().quantize(from, width, to.bytes + row * to.stride, to.scales + row * to.blocks_stride,
                            to.scaled_sums + row * to.blocks_stride, to.sums + row * to.blocks_stride);
}

void quantize_rows(const Step& step, const Rows& from, int width, int rows)
{
    for_each_row(step.pool, rows, [&](int row) { quantize_row(step, from.row(row), width, row); });
}

void normalize_rows(const Step& step, const float* weight, bool quantize)
{
    const Config& config = step.config();
    const Rows& residual = step.memory.residual;
    const Rows& normed = step.memory.normed;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        step.kernels().normalize(residual.row(row), weight, config.norm_epsilon, config.hidden, static_cast<int>(residual.stride),
                                 normed.row(row));
        if (quantize) {
            quantize_row(step, normed.row(row), config.hidden, row);
        }
    });
}

Activations activations(const Step& step, const Rows& rows)
{
    const QuantizedRows& quantized = step.memory.quantized;
    return {rows.data, rows.stride, quantized.bytes, quantized.stride, quantized.scales, quantized.scaled_sums, quantized.sums,
            quantized.blocks_stride};
}

}

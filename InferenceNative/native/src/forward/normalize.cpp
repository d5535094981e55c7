#include "forward/normalize.h"

#include "forward/linear.h"

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

void add_to_residual(const Step& step, const Matrix& matrix, const Rows& rows, const float* post_norm)
{
    if (is_integer(matrix)) {
        quantize_rows(step, rows, matrix.columns, step.row_count());
    }
    const bool directly = post_norm == nullptr;
    const Product product[] = {{matrix, directly ? step.memory.residual : step.memory.normed, directly}};
    multiply(step, product, activations(step, rows), step.row_count());
    if (!directly) {
        add_normed(step, post_norm);
    }
}

void add_normed(const Step& step, const float* weight)
{
    const Config& config = step.config();
    const Rows& normed = step.memory.normed;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        float* const added = normed.row(row);
        step.kernels().normalize(added, weight, config.norm_epsilon, config.hidden, static_cast<int>(normed.stride), added);
        float* const residual = step.memory.residual.row(row);
        for (int i = 0; i < config.hidden; ++i) {
            residual[i] += added[i];
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

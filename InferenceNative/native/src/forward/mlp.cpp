#include "forward/mlp.h"

#include "forward/linear.h"
#include "forward/normalize.h"

namespace preble {
namespace {

/// Gate and up of the same slice are computed by the same thread, which combines them while they are in its cache.
void gate_and_up(const Step& step, const LayerWeights& weights)
{
    const OperatorTimer timer(step.times, Operator::linear);
    const Workspace& memory = step.memory;
    const Activations x = activations(step, memory.normed);
    const int slices = slices_of(weights.gate);
    const Split split(step.row_count(), slices, step.pool.threads());
    const int items = (slices + split.slices_per_item - 1) / split.slices_per_item;
    step.pool.run(items * split.row_items, [&](int item, int) {
        const int row_begin = item / items * split.rows_per_item;
        const int row_end = std::min(step.row_count(), row_begin + split.rows_per_item);
        const int first = item % items * split.slices_per_item;
        const int count = std::min(split.slices_per_item, slices - first);
        multiply_slices(step, {weights.gate, memory.gate, false}, x, row_begin, row_end, first, count);
        multiply_slices(step, {weights.up, memory.up, false}, x, row_begin, row_end, first, count);
        for (int row = row_begin; row < row_end; ++row) {
            const int64_t column = static_cast<int64_t>(first) * slice_outputs;
            step.kernels().gate(memory.gate.row(row) + column, memory.up.row(row) + column, count * slice_outputs);
        }
    });
}

}

void mlp_layer(const Step& step, int layer)
{
    const LayerWeights& weights = step.model.weights.layers[static_cast<size_t>(layer)];
    const Workspace& memory = step.memory;
    normalize_rows(step, weights.ffn_norm, is_integer(weights.gate) || is_integer(weights.up));
    gate_and_up(step, weights);
    if (is_integer(weights.down)) {
        quantize_rows(step, memory.gate, step.config().ffn, step.row_count());
    }
    const Product down[] = {{weights.down, memory.residual, true}};
    multiply(step, down, activations(step, memory.gate), step.row_count());
}

}

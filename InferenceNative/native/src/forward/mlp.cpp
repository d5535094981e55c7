#include "forward/mlp.h"

#include "forward/experts.h"
#include "forward/linear.h"
#include "forward/normalize.h"

namespace preble {
namespace {

void gate_and_up_of_all(const Step& step, const FeedForward& weights)
{
    const OperatorTimer timer(step.times, Operator::linear);
    const Activations x = activations(step, step.memory.normed);
    const int slices = slices_of(weights.gate);
    const Split split(step.row_count(), slices, step.pool.threads());
    const int items = (slices + split.slices_per_item - 1) / split.slices_per_item;
    step.pool.run(items * split.row_items, [&](int item, int) {
        const int row_begin = item / items * split.rows_per_item;
        const int first = item % items * split.slices_per_item;
        gate_and_up(step, weights, x, row_begin, std::min(step.row_count(), row_begin + split.rows_per_item), first,
                    std::min(split.slices_per_item, slices - first));
    });
}

}

void gate_and_up(const Step& step, const FeedForward& weights, const Activations& x, int row_begin, int row_end, int first, int count)
{
    const Workspace& memory = step.memory;
    multiply_slices(step, {weights.gate, memory.gate, false}, x, row_begin, row_end, first, count);
    multiply_slices(step, {weights.up, memory.up, false}, x, row_begin, row_end, first, count);
    const Kernels& kernels = step.kernels();
    const auto gate = step.config().activation == PI_ACTIVATION_GELU ? kernels.gate_gelu : kernels.gate_silu;
    const int64_t column = static_cast<int64_t>(first) * slice_outputs;
    for (int row = row_begin; row < row_end; ++row) {
        gate(memory.gate.row(row) + column, memory.up.row(row) + column, count * slice_outputs);
    }
}

void mlp_layer(const Step& step, int layer)
{
    const LayerWeights& weights = step.model.weights.layers[static_cast<size_t>(layer)];
    if (step.config().experts > 0) {
        expert_layer(step, weights);
        return;
    }
    normalize_rows(step, weights.ffn_norm, is_integer(weights.dense.gate) || is_integer(weights.dense.up));
    gate_and_up_of_all(step, weights.dense);
    add_to_residual(step, weights.dense.down, step.memory.gate, weights.post_ffn_norm);
}

}

#include "forward/experts.h"

#include <algorithm>

#include "forward/linear.h"
#include "forward/mlp.h"
#include "forward/normalize.h"
#include "forward/route.h"

namespace preble {
namespace {

bool any_integer(const std::vector<FeedForward>& experts, Matrix FeedForward::*matrix)
{
    return std::any_of(experts.begin(), experts.end(), [&](const FeedForward& expert) { return is_integer(expert.*matrix); });
}

/// A copy of its row in every slot, in the form that the experts' first matrices read.
void gather(const Step& step, bool integer)
{
    const Workspace& memory = step.memory;
    const int width = step.config().hidden;
    for_each_row(step.pool, step.row_count() * step.config().experts_used, [&](int slot) {
        const float* const from = memory.normed.row(memory.choice.sources[slot]);
        if (integer) {
            quantize_row(step, from, width, slot);
        }
        std::copy(from, from + width, memory.expert_rows.row(slot));
    });
}

/// Calls body(expert, row_begin, row_end, first slice, slices) for rectangles that cover all slots of all experts, which have matrices
/// with so many slices each.
template <class Body>
void for_each_rectangle(const Step& step, int slices, Body&& body)
{
    const ExpertChoice& choice = step.memory.choice;
    const int experts = step.config().experts;
    const auto rows_of = [&](int expert) { return choice.first_slots[expert + 1] - choice.first_slots[expert]; };
    const int busy = static_cast<int>(std::min<int64_t>(experts, int64_t{step.row_count()} * step.config().experts_used));
    const auto split_of = [&](int expert) { return Split(rows_of(expert), slices * busy, step.pool.threads()); };
    const auto columns_of = [&](const Split& split) { return (slices + split.slices_per_item - 1) / split.slices_per_item; };
    choice.first_items[0] = 0;
    for (int expert = 0; expert < experts; ++expert) {
        const Split split = split_of(expert);
        const int items = rows_of(expert) == 0 ? 0 : split.row_items * columns_of(split);
        choice.first_items[expert + 1] = choice.first_items[expert] + items;
    }
    step.pool.run(choice.first_items[experts], [&](int item, int) {
        // The last expert whose first item is not after this one: those without rows have none.
        const int32_t* const after = std::upper_bound(choice.first_items, choice.first_items + experts + 1, item);
        const int expert = static_cast<int>(after - choice.first_items) - 1;
        const Split split = split_of(expert);
        const int index = item - choice.first_items[expert];
        const int first = index % columns_of(split) * split.slices_per_item;
        const int row_begin = choice.first_slots[expert] + index / columns_of(split) * split.rows_per_item;
        body(expert, row_begin, std::min(row_begin + split.rows_per_item, choice.first_slots[expert + 1]), first,
             std::min(split.slices_per_item, slices - first));
    });
}

void compute_experts(const Step& step, const LayerWeights& weights)
{
    const OperatorTimer timer(step.times, Operator::linear);
    const Workspace& memory = step.memory;
    const int slots = step.row_count() * step.config().experts_used;
    const FeedForward& any = weights.experts.front();
    const Activations in = activations(step, memory.expert_rows);
    for_each_rectangle(step, slices_of(any.gate), [&](int expert, int row_begin, int row_end, int first, int count) {
        gate_and_up(step, weights.experts[static_cast<size_t>(expert)], in, row_begin, row_end, first, count);
    });
    if (any_integer(weights.experts, &FeedForward::down)) {
        quantize_rows(step, memory.gate, step.config().ffn, slots);
    }
    const Activations gated = activations(step, memory.gate);
    for_each_rectangle(step, slices_of(any.down), [&](int expert, int row_begin, int row_end, int first, int count) {
        const Product product = {weights.experts[static_cast<size_t>(expert)].down, memory.expert_rows, false};
        multiply_slices(step, product, gated, row_begin, row_end, first, count);
    });
}

/// Each row's weighted sum of its experts' outputs.
void combine(const Step& step, const Rows& out, bool accumulate)
{
    const Config& config = step.config();
    const ExpertChoice& choice = step.memory.choice;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        float* const to = out.row(row);
        if (!accumulate) {
            std::fill(to, to + config.hidden, 0.0f);
        }
        const int64_t at = static_cast<int64_t>(row) * config.experts_used;
        for (int rank = 0; rank < config.experts_used; ++rank) {
            const float* const from = step.memory.expert_rows.row(choice.slots[at + rank]);
            const float share = choice.shares[at + rank];
            for (int i = 0; i < config.hidden; ++i) {
                to[i] += share * from[i];
            }
        }
    });
}

}

void expert_layer(const Step& step, const LayerWeights& weights)
{
    const Workspace& memory = step.memory;
    normalize_rows(step, weights.ffn_norm, false);
    const Product router[] = {{weights.router, memory.router, false}};
    multiply(step, router, activations(step, memory.normed), step.row_count());
    route_rows(step);
    gather(step, any_integer(weights.experts, &FeedForward::gate) || any_integer(weights.experts, &FeedForward::up));
    compute_experts(step, weights);
    if (weights.post_ffn_norm == nullptr) {
        combine(step, memory.residual, true);
        return;
    }
    combine(step, memory.normed, false);
    add_normed(step, weights.post_ffn_norm);
}

}

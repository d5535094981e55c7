#include "forward/heads.h"

#include <algorithm>

namespace preble {
namespace {

constexpr int largest_head = 1024;

void add_bias(float* row, const float* bias, int width)
{
    for (int i = 0; bias != nullptr && i < width; ++i) {
        row[i] += bias[i];
    }
}

/// By way of a padded copy, since the norm reads whole vectors and heads of any size lie side by side.
void normalize_heads(const Step& step, float* heads, const float* weight, int count)
{
    const int size = step.config().head_size;
    const int padded = static_cast<int>(padded_width(size));
    alignas(64) float copy[largest_head];
    std::fill(copy + size, copy + padded, 0.0f);
    for (int head = 0; weight != nullptr && head < count; ++head) {
        float* const at = heads + head * size;
        std::copy(at, at + size, copy);
        step.kernels().normalize(copy, weight, step.config().norm_epsilon, size, padded, copy);
        std::copy(copy, copy + size, at);
    }
}

bool has_any(const LayerWeights& weights)
{
    return weights.query_bias != nullptr || weights.key_bias != nullptr || weights.value_bias != nullptr ||
           weights.query_norm != nullptr || weights.key_norm != nullptr;
}

}

void prepare_heads(const Step& step, int layer)
{
    const LayerWeights& weights = step.model.weights.layers[static_cast<size_t>(layer)];
    if (!has_any(weights)) {
        return;
    }
    const Config& config = step.config();
    const Workspace& memory = step.memory;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        add_bias(memory.query.row(row), weights.query_bias, config.query_width());
        add_bias(memory.key.row(row), weights.key_bias, config.kv_width());
        add_bias(memory.value.row(row), weights.value_bias, config.kv_width());
        normalize_heads(step, memory.query.row(row), weights.query_norm, config.heads);
        normalize_heads(step, memory.key.row(row), weights.key_norm, config.kv_heads);
    });
}

}

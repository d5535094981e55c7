#include "forward/rotary.h"

#include <cmath>

namespace preble {

void prepare_rotation(const Step& step)
{
    const std::vector<float>& frequencies = step.model.inverse_frequencies;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        const double position = step.batch.rows()[static_cast<size_t>(row)].position;
        float* const cosine = step.memory.cosine.row(row);
        float* const sine = step.memory.sine.row(row);
        for (size_t i = 0; i < frequencies.size(); ++i) {
            const double angle = position * static_cast<double>(frequencies[i]);
            cosine[i] = static_cast<float>(std::cos(angle));
            sine[i] = static_cast<float>(std::sin(angle));
        }
    });
}

void rotate_and_store(const Step& step, int layer)
{
    const Config& config = step.config();
    const Kernels& kernels = step.kernels();
    const int halves = config.rope_order == PI_ROPE_HALVES ? 1 : 0;
    const int set = config.rotary_sets == 2 && config.is_local(layer) ? config.head_size / 2 : 0;
    const auto store = kernels.store[step.cache.form()];
    for_each_row(step.pool, step.row_count(), [&](int index) {
        const Row& row = step.batch.rows()[static_cast<size_t>(index)];
        const float* const cosine = step.memory.cosine.row(index) + set;
        const float* const sine = step.memory.sine.row(index) + set;
        for (int head = 0; head < config.heads; ++head) {
            kernels.rotate(step.memory.query.row(index) + head * config.head_size, cosine, sine, config.head_size, halves);
        }
        const pi_chunk& chunk = step.batch.chunks()[static_cast<size_t>(row.chunk)];
        const int block = step.batch.blocks_of(chunk)[row.position / block_tokens];
        for (int head = 0; head < config.kv_heads; ++head) {
            float* const key = step.memory.key.row(index) + head * config.head_size;
            kernels.rotate(key, cosine, sine, config.head_size, halves);
            store({key, step.memory.value.row(index) + head * config.head_size, config.head_size, step.cache.padded_head(),
                   row.position % block_tokens, step.cache.head(block, layer, head)});
        }
    });
}

}

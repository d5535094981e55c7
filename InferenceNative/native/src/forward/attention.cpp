#include "forward/attention.h"

#include "forward/heads.h"
#include "forward/linear.h"
#include "forward/normalize.h"
#include "forward/rotary.h"

namespace preble {
namespace {

void attend(const Step& step, int layer)
{
    const OperatorTimer timer(step.times, Operator::attention);
    const Config& config = step.config();
    const int group = config.heads / config.kv_heads;
    const auto kernel = config.weights == PI_WEIGHTS_F32 ? step.kernels().attend_f32 : step.kernels().attend_f16;
    const int tiles = static_cast<int>(step.batch.tiles().size());
    step.pool.run(tiles * config.kv_heads, [&](int item, int thread) {
        // The last tiles of a prompt see the most keys; taking them first leaves small work for the end.
        const QueryTile& tile = step.batch.tiles()[static_cast<size_t>(tiles - 1 - item / config.kv_heads)];
        const int kv_head = item % config.kv_heads;
        const int64_t column = static_cast<int64_t>(kv_head) * group * config.head_size;
        AttentionTask task = {};
        task.cache = step.cache.head(0, layer, kv_head);
        task.block_stride = step.cache.block_stride();
        task.blocks = step.batch.blocks_of(step.batch.chunks()[static_cast<size_t>(tile.chunk)]);
        task.first_position = step.batch.rows()[static_cast<size_t>(tile.first_row)].position;
        task.tokens = tile.rows;
        task.group = group;
        task.head_size = config.head_size;
        task.padded_head = step.cache.padded_head();
        task.query = step.memory.query.row(tile.first_row) + column;
        task.query_stride = step.memory.query.stride;
        task.out = step.memory.attended.row(tile.first_row) + column;
        task.out_stride = step.memory.attended.stride;
        task.scale = config.attention_scale;
        task.scratch = step.memory.attention_scratch(thread);
        kernel(task);
    });
}

}

void attention_layer(const Step& step, int layer)
{
    const LayerWeights& weights = step.model.weights.layers[static_cast<size_t>(layer)];
    const Workspace& memory = step.memory;
    const bool integer = is_integer(weights.query) || is_integer(weights.key) || is_integer(weights.value);
    normalize_rows(step, weights.attention_norm, integer);
    const Product projections[] = {
        {weights.query, memory.query, false}, {weights.key, memory.key, false}, {weights.value, memory.value, false}};
    multiply(step, projections, activations(step, memory.normed), step.row_count());
    prepare_heads(step, layer);
    rotate_and_store(step, layer);
    attend(step, layer);
    add_to_residual(step, weights.attention_output, memory.attended, weights.post_attention_norm);
}

}

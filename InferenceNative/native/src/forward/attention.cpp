#include "forward/attention.h"

#include "forward/heads.h"
#include "forward/linear.h"
#include "forward/normalize.h"
#include "forward/rotary.h"

namespace preble {
namespace {

AttentionTask task_of(const Step& step, const AttentionPlan& plan, const AttentionWork& work, int layer, int kv_head, int thread)
{
    const Config& config = step.config();
    const int group = config.heads / config.kv_heads;
    const int64_t column = static_cast<int64_t>(kv_head) * group * config.head_size;
    AttentionTask task = {};
    task.cache = step.cache.head(0, layer, kv_head);
    task.block_stride = step.cache.block_stride();
    task.blocks = step.batch.blocks_of(step.batch.chunks()[static_cast<size_t>(work.chunk)]);
    task.tokens = plan.tokens().data() + work.first_token;
    task.token_count = work.token_count;
    task.first_segment = work.first_segment;
    task.segment_count = work.segment_count;
    task.window = config.window_of(layer);
    task.group = group;
    task.head_size = config.head_size;
    task.padded_head = step.cache.padded_head();
    task.scale = config.attention_scale;
    task.softcap = config.attention_softcap;
    task.query = step.memory.query.row(0) + column;
    task.query_stride = step.memory.query.stride;
    task.states = work.whole ? nullptr : step.attention.states(kv_head);
    task.states_stride = step.attention.states_stride();
    task.out = step.memory.attended.row(0) + column;
    task.out_stride = step.memory.attended.stride;
    task.scratch = step.memory.attention_scratch(thread);
    return task;
}

void merge(const Step& step, const AttentionTask& task, const SplitToken& token)
{
    AttentionMerge merge = {};
    merge.states = task.states + token.slot * task.states_stride;
    merge.states_stride = task.states_stride;
    merge.segment_count = token.segment_count;
    merge.group = task.group;
    merge.head_size = task.head_size;
    merge.padded_head = task.padded_head;
    merge.out = task.out + token.row * task.out_stride;
    merge.scratch = task.scratch;
    step.kernels().merge_attention(merge);
}

void attend(const Step& step, int layer)
{
    const OperatorTimer timer(step.times, Operator::attention);
    const AttentionPlan& plan = step.attention.plan_of(layer);
    const auto kernel = step.kernels().attend[step.cache.form()];
    const int kv_heads = step.config().kv_heads;
    step.pool.run(static_cast<int>(plan.works().size()) * kv_heads, [&](int item, int thread) {
        const AttentionWork& work = plan.works()[static_cast<size_t>(item / kv_heads)];
        const int kv_head = item % kv_heads;
        const AttentionTask task = task_of(step, plan, work, layer, kv_head, thread);
        kernel(task);
        for (int i = 0; !work.whole && i < work.token_count; ++i) {
            if (step.attention.finish(plan, task.tokens[i].owner, kv_head)) {
                merge(step, task, plan.split_tokens()[static_cast<size_t>(task.tokens[i].owner)]);
            }
        }
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

#include "engine/attention_schedule.h"

#include <algorithm>

namespace preble {

AttentionSchedule::AttentionSchedule(const Config& config, int padded_head, int max_tokens, int max_chunks)
    : config_(config), group_(config.heads / config.kv_heads), padded_head_(padded_head),
      full_({tile_tokens(config), config.kv_heads, 0, slots(), max_chunks}),
      windowed_({tile_tokens(config), config.kv_heads, config.window, slots(), max_chunks}),
      memory_(static_cast<size_t>(slots() * states_stride()) * sizeof(float)),
      done_(new std::atomic<int32_t>[static_cast<size_t>(max_tokens) * static_cast<size_t>(config.kv_heads)]())
{
}

int AttentionSchedule::tile_tokens(const Config& config) { return std::max(1, rows_of_a_tile / (config.heads / config.kv_heads)); }

int AttentionSchedule::slots() const
{
    return static_cast<int>(largest_states / static_cast<int64_t>(sizeof(float)) / states_stride());
}

void AttentionSchedule::assign(const Batch& batch, int threads, bool share)
{
    const bool every_layer = config_.window == 0 || config_.window_period > 0;
    if (every_layer) {
        full_.assign(batch.chunks(), batch.blocks(), threads, share);
    }
    if (config_.window > 0) {
        windowed_.assign(batch.chunks(), batch.blocks(), threads, share);
    }
}

bool AttentionSchedule::finish(const AttentionPlan& plan, int split_token, int kv_head) const
{
    std::atomic<int32_t>& done = done_[static_cast<size_t>(split_token) * static_cast<size_t>(config_.kv_heads) + static_cast<size_t>(kv_head)];
    // Releases this work's states and, for the last, acquires those of the others.
    if (done.fetch_add(1, std::memory_order_acq_rel) + 1 < plan.split_tokens()[static_cast<size_t>(split_token)].works) {
        return false;
    }
    done.store(0, std::memory_order_relaxed);
    return true;
}

}

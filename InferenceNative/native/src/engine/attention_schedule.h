#pragma once

#include <atomic>
#include <memory>

#include "engine/attention_plan.h"
#include "engine/batch.h"
#include "model/config.h"
#include "runtime/memory_region.h"

namespace preble {

/// Query rows (tokens times heads of a KV head) of one work of attention, unless one token alone has more: enough to amortise reading the
/// keys, few enough for their scores to stay in the second-level cache.
constexpr int rows_of_a_tile = 48;

/// Most memory for the states of split tokens; it is touched as far as steps need it. What has no room is not split.
constexpr int64_t largest_states = int64_t{32} << 20;

/// A step's plans of attention, one for the layers with a window and one for those without, and the memory that works meet in.
class AttentionSchedule {
public:
    AttentionSchedule(const Config& config, int padded_head, int max_tokens, int max_chunks);

    void assign(const Batch& batch, int threads, bool share);

    const AttentionPlan& plan_of(int layer) const { return config_.window_of(layer) == 0 ? full_ : windowed_; }

    /// The states of slot 0 for a KV head.
    float* states(int kv_head) const { return memory_.as<float>() + kv_head * group_ * state_floats(padded_head_); }
    int64_t states_stride() const { return config_.heads * state_floats(padded_head_); }

    /// Tells that a work is done for a token and KV head; true for the last of its works, which must merge. Counts anew for the next layer.
    bool finish(const AttentionPlan& plan, int split_token, int kv_head) const;

    static int tile_tokens(const Config& config);

private:
    int slots() const;

    const Config& config_;
    const int group_;
    const int padded_head_;
    AttentionPlan full_;
    AttentionPlan windowed_;
    MemoryRegion memory_;
    std::unique_ptr<std::atomic<int32_t>[]> done_;  // works, by split token and KV head
};

}

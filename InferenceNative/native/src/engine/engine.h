#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/attention_schedule.h"
#include "engine/batch.h"
#include "engine/kv_cache.h"
#include "engine/operator_times.h"
#include "engine/trace.h"
#include "engine/workspace.h"
#include "forward/step.h"
#include "model/model.h"
#include "runtime/own_threads.h"

/// A model, a KV cache and the memory of a step. Used by one thread at a time; engines without threads of their own take turns on the
/// shared ones.
struct pi_engine {
public:
    pi_engine(const pi_model& model, const pi_engine_options& options);

    /// Checks, computes, samples: see pi_engine_step.
    void step(const preble::StepArguments& arguments);

    /// Blocks in and out of the cache: see pi_engine_block_bytes and the functions after it.
    int64_t block_bytes(int32_t encoding) const;
    void copy_block(int32_t from, int32_t to);
    void save_block(int32_t block, int32_t encoding, std::span<uint8_t> out);
    void load_block(int32_t block, int32_t encoding, std::span<const uint8_t> in);

    /// For measurements: the next steps add their times to these, which outlive them; null ends it.
    void measure(preble::OperatorTimes* times) { times_ = times; }

    void set_trace(int32_t flags);
    void get_logits(int32_t row, float* out, int32_t count) const;
    void get_hidden(int32_t layer, int32_t row, float* out, int32_t count) const;

private:
    void check_block(int32_t block) const;
    void check_bytes(int32_t encoding, size_t count) const;
    void compute(preble::ThreadPool& pool);
    void forward(const preble::Step& step);
    const preble::Rows& compute_logits(const preble::Step& step);
    void sample(const preble::Step& step, const preble::Rows& logits);

    const pi_model& model_;
    const pi_engine_options options_;
    preble::Batch batch_;
    preble::KvCache cache_;
    preble::Workspace memory_;
    preble::AttentionSchedule attention_;
    preble::Trace trace_;
    std::unique_ptr<preble::OwnThreads> own_threads_;  // null: the shared ones
    preble::OperatorTimes* times_ = nullptr;
    std::atomic<bool> in_use_{false};
};

#include "engine/workspace.h"

#include <algorithm>

#include "engine/attention_schedule.h"
#include "engine/sampler.h"
#include "model/dequantize.h"

namespace preble {
namespace {

/// Hands out pieces of one region. Run twice with the same calls: first to learn the size, then to give the addresses.
class Carver {
public:
    explicit Carver(unsigned char* base) : base_(base) {}

    template <class T>
    T* take(int64_t count)
    {
        const size_t at = used_;
        used_ += (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64;
        return base_ == nullptr ? nullptr : reinterpret_cast<T*>(base_ + at);
    }

    Rows rows(int64_t count, int64_t width)
    {
        const int64_t stride = padded_width(width);
        return {take<float>(count * stride), stride};
    }

    size_t used() const { return used_; }

private:
    unsigned char* base_;
    size_t used_ = 0;
};

void carve_experts(Workspace& to, Carver& carver, const Config& config, int64_t tokens)
{
    if (config.experts == 0) {
        return;
    }
    const int64_t slots = tokens * config.expert_rows();
    to.router = carver.rows(tokens, config.experts);
    to.expert_rows = carver.rows(slots, config.hidden);
    to.choice.experts = carver.take<int32_t>(slots);
    to.choice.shares = carver.take<float>(slots);
    to.choice.slots = carver.take<int32_t>(slots);
    to.choice.sources = carver.take<int32_t>(slots);
    to.choice.first_slots = carver.take<int32_t>(config.experts + 1);
    to.choice.first_items = carver.take<int32_t>(config.experts + 1);
}

void carve(Workspace& to, Carver& carver, const Config& config, int64_t tokens, int64_t samples)
{
    to.residual = carver.rows(tokens, config.hidden);
    to.normed = carver.rows(tokens, config.hidden);
    to.query = carver.rows(tokens, config.query_width());
    to.key = carver.rows(tokens, config.kv_width());
    to.value = carver.rows(tokens, config.kv_width());
    to.attended = carver.rows(tokens, config.query_width());
    to.gate = carver.rows(tokens * config.expert_rows(), config.ffn);
    to.up = carver.rows(tokens * config.expert_rows(), config.ffn);
    to.cosine = carver.rows(tokens, int64_t{config.rotary_sets} * (config.head_size / 2));
    to.sine = carver.rows(tokens, int64_t{config.rotary_sets} * (config.head_size / 2));
    carve_experts(to, carver, config, tokens);
    to.head_input = carver.rows(samples, config.hidden);
    to.logits = carver.rows(samples, config.vocabulary);
    const int64_t widest = padded_width(std::max({config.hidden, config.query_width(), config.ffn}));
    const int64_t rows = std::max(tokens * config.expert_rows(), samples);
    to.quantized.stride = widest;
    to.quantized.blocks_stride = widest / block_weights;
    to.quantized.bytes = carver.take<int8_t>(rows * widest);
    to.quantized.scales = carver.take<float>(rows * to.quantized.blocks_stride);
    to.quantized.scaled_sums = carver.take<float>(rows * to.quantized.blocks_stride);
    to.quantized.sums = carver.take<BlockSums>(rows * to.quantized.blocks_stride);
}

}

Workspace::Workspace(const Config& config, int max_tokens, int max_samples)
{
    Carver measure(nullptr);
    carve(*this, measure, config, max_tokens, max_samples);
    memory_ = MemoryRegion(measure.used());
    Carver carver(memory_.as<unsigned char>());
    carve(*this, carver, config, max_tokens, max_samples);
    const int64_t rows = int64_t{AttentionSchedule::tile_tokens(config)} * (config.heads / config.kv_heads);
    attention_bytes_ = static_cast<size_t>(attention_scratch_floats(rows, padded_width(config.head_size))) * sizeof(float);
    attention_bytes_ = (attention_bytes_ + 63) / 64 * 64;
    thread_bytes_ = attention_bytes_ + Sampler::scratch_bytes(config.vocabulary);
}

void Workspace::prepare_threads(int threads)
{
    while (threads_.size() < static_cast<size_t>(threads)) {
        threads_.emplace_back(thread_bytes_);
    }
}

}

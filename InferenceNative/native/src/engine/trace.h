#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "engine/workspace.h"
#include "model/config.h"
#include "runtime/memory_region.h"

namespace preble {

/// What tests read after a step: all logits, and the hidden state after every layer. Takes memory only when it is switched on.
class Trace {
public:
    static constexpr int32_t logits_flag = 1;
    static constexpr int32_t hidden_flag = 2;
    static constexpr int32_t attention_alone_flag = 4;

    void set(const Config& config, int max_tokens, int32_t flags)
    {
        flags_ = flags;
        rows_ = 0;
        logits_memory_ = MemoryRegion();
        hidden_memory_ = MemoryRegion();
        all_rows_.resize(static_cast<size_t>(max_tokens));
        std::iota(all_rows_.begin(), all_rows_.end(), 0);
        const size_t tokens = static_cast<size_t>(max_tokens);
        if (wants_logits()) {
            const int64_t stride = padded_width(config.vocabulary);
            logits_memory_ = MemoryRegion(tokens * static_cast<size_t>(stride) * sizeof(float));
            logits_ = {logits_memory_.as<float>(), stride};
        }
        if (wants_hidden()) {
            layers_ = config.layers;
            max_tokens_ = max_tokens;
            const int64_t stride = padded_width(config.hidden);
            hidden_memory_ = MemoryRegion(static_cast<size_t>(config.layers + 1) * tokens * static_cast<size_t>(stride) * sizeof(float));
            hidden_ = {hidden_memory_.as<float>(), stride};
        }
    }

    bool wants_logits() const { return (flags_ & logits_flag) != 0; }
    bool wants_hidden() const { return (flags_ & hidden_flag) != 0; }
    bool wants_all_rows() const { return wants_logits() || wants_hidden(); }
    bool wants_attention_alone() const { return (flags_ & attention_alone_flag) != 0; }

    void begin_step(int rows) { rows_ = rows; }
    int rows() const { return rows_; }
    std::span<const int32_t> all_rows() const { return {all_rows_.data(), static_cast<size_t>(rows_)}; }

    const Rows& logits() const { return logits_; }
    int layers() const { return layers_; }
    float* hidden_row(int layer, int row) const { return hidden_.row(static_cast<int64_t>(layer) * max_tokens_ + row); }

    void keep_hidden(int layer, const Rows& rows) const
    {
        for (int row = 0; row < rows_; ++row) {
            std::copy(rows.row(row), rows.row(row) + rows.stride, hidden_row(layer, row));
        }
    }

private:
    int32_t flags_ = 0;
    int rows_ = 0;
    int layers_ = 0;
    int max_tokens_ = 0;
    std::vector<int32_t> all_rows_;
    MemoryRegion logits_memory_;
    MemoryRegion hidden_memory_;
    Rows logits_;
    Rows hidden_;
};

}

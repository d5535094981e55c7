#pragma once

#include <cstdint>

#include "backends/cpu/kernels.h"
#include "model/config.h"
#include "runtime/memory_region.h"

namespace preble {

/// The memory of an engine's KV blocks: block -> layer -> KV head -> keys and values, as attention_task.h says.
/// It knows where things lie and not which block belongs to whom.
class KvCache {
public:
    KvCache(const Config& config, KvForm form, int block_count);

    /// Bytes that one token takes in all layers.
    static int64_t bytes_per_token(const Config& config, KvForm form);

    /// The form that an engine's kv_type asks for; throws PI_INVALID_ARGUMENT for an unknown one.
    static KvForm form_of(const Config& config, int32_t kv_type);

    int block_count() const { return block_count_; }
    int layers() const { return layers_; }
    int kv_heads() const { return kv_heads_; }
    int head_size() const { return head_size_; }
    int padded_head() const { return padded_head_; }
    KvForm form() const { return form_; }
    int element_bytes() const { return element_bytes_; }
    int64_t block_stride() const { return head_bytes_ * kv_heads_ * layers_; }

    /// A head's share of a block.
    uint8_t* head(int block, int layer, int kv_head) const
    {
        return memory_.as<uint8_t>(
            static_cast<size_t>(block * block_stride() + (static_cast<int64_t>(layer) * kv_heads_ + kv_head) * head_bytes_));
    }

private:
    int block_count_;
    int layers_;
    int kv_heads_;
    int head_size_;
    int padded_head_;
    KvForm form_;
    int element_bytes_;
    int64_t head_bytes_;
    MemoryRegion memory_;
};

}

#include "engine/kv_cache.h"

#include "error.h"

namespace preble {
namespace {

int padded_size(int size) { return (size + row_padding / 2 - 1) / (row_padding / 2) * (row_padding / 2); }

int element_size(const Config& config) { return config.weights == PI_WEIGHTS_F32 ? 4 : 2; }

int64_t bytes_per_head_and_token(const Config& config)
{
    return int64_t{element_size(config)} * (config.head_size + padded_size(config.head_size));
}

constexpr int64_t largest_cache = int64_t{1} << 46;

}

int64_t KvCache::bytes_per_token(const Config& config)
{
    return bytes_per_head_and_token(config) * config.kv_heads * config.layers;
}

KvCache::KvCache(const Config& config, int block_count)
    : block_count_(block_count), layers_(config.layers), kv_heads_(config.kv_heads), head_size_(config.head_size),
      padded_head_(padded_size(config.head_size)), element_bytes_(element_size(config)),
      head_bytes_(bytes_per_head_and_token(config) * block_tokens)
{
    if (block_count > largest_cache / block_stride()) {
        fail(PI_OUT_OF_MEMORY, "%d blocks of %lld bytes are more than this machine can address", block_count,
             static_cast<long long>(block_stride()));
    }
    memory_ = MemoryRegion(static_cast<size_t>(block_count * block_stride()), true);
}

}

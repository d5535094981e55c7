#include "engine/kv_cache.h"

#include "error.h"

namespace preble {
namespace {

int padded_size(int size) { return (size + row_padding / 2 - 1) / (row_padding / 2) * (row_padding / 2); }

int element_size(KvForm form) { return form == kv_f32 ? 4 : form == kv_f16 ? 2 : 1; }

int64_t bytes_per_head_and_token(const Config& config, KvForm form)
{
    constexpr int64_t scales = 2 * sizeof(float);
    const int64_t elements = config.head_size + padded_size(config.head_size);
    return elements * element_size(form) + (form == kv_int8 ? scales : 0);
}

constexpr int64_t largest_cache = int64_t{1} << 46;

}

int64_t KvCache::bytes_per_token(const Config& config, KvForm form)
{
    return bytes_per_head_and_token(config, form) * config.kv_heads * config.layers;
}

KvForm KvCache::form_of(const Config& config, int32_t kv_type)
{
    switch (kv_type) {
    case PI_KV_DEFAULT:
        return config.weights == PI_WEIGHTS_F32 ? kv_f32 : kv_f16;
    case PI_KV_F32:
        return kv_f32;
    case PI_KV_F16:
        return kv_f16;
    case PI_KV_INT8:
        return kv_int8;
    default:
        fail(PI_INVALID_ARGUMENT, "kv_type is %d, but must be from %d to %d", kv_type, PI_KV_DEFAULT, PI_KV_INT8);
    }
}

KvCache::KvCache(const Config& config, KvForm form, int block_count)
    : block_count_(block_count), layers_(config.layers), kv_heads_(config.kv_heads), head_size_(config.head_size),
      padded_head_(padded_size(config.head_size)), form_(form), element_bytes_(element_size(form)),
      head_bytes_(bytes_per_head_and_token(config, form) * block_tokens)
{
    if (block_count > largest_cache / block_stride()) {
        fail(PI_OUT_OF_MEMORY, "%d blocks of %lld bytes are more than this machine can address", block_count,
             static_cast<long long>(block_stride()));
    }
    memory_ = MemoryRegion(static_cast<size_t>(block_count * block_stride()), true);
}

}

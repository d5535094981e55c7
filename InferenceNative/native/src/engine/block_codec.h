#pragma once

#include <cstdint>
#include <span>

#include "engine/kv_cache.h"
#include "preble_inference.h"

// Blocks outside the cache: a host tier keeps what the cache had to forget. Padding is left out, so that the bytes depend on the
// model's shape and on the kind of numbers alone.
namespace preble {

/// Bytes of one block in this encoding; throws PI_INVALID_ARGUMENT for an unknown one.
int64_t encoded_bytes(const KvCache& cache, int32_t encoding);

/// Writes a block to exactly encoded_bytes() bytes.
void encode_block(const KvCache& cache, int block, pi_block_encoding encoding, std::span<uint8_t> out);

/// The reverse. Any bytes are taken: those that encode_block() never wrote give wrong numbers, inside the block.
void decode_block(const KvCache& cache, int block, pi_block_encoding encoding, std::span<const uint8_t> in);

}

#include "engine/block_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "error.h"
#include "model/half.h"

static_assert(std::endian::native == std::endian::little, "encoded blocks are little-endian");

namespace preble {
namespace {

constexpr int64_t scale_bytes = sizeof(float);

int64_t encoded_head_bytes(const KvCache& cache, pi_block_encoding encoding)
{
    const int64_t elements = int64_t{2} * block_tokens * cache.head_size();
    const bool has_scales = encoding == PI_BLOCK_INT8 || cache.form() == kv_int8;
    return elements * (has_scales ? 1 : cache.element_bytes()) + (has_scales ? 2 * block_tokens * scale_bytes : 0);
}

/// Calls visit(head's memory in the cache, index of the head) for every layer and KV head of a block.
template <class Visit>
void each_head(const KvCache& cache, int block, Visit visit)
{
    for (int layer = 0; layer < cache.layers(); ++layer) {
        for (int kv_head = 0; kv_head < cache.kv_heads(); ++kv_head) {
            visit(cache.head(block, layer, kv_head), int64_t{layer} * cache.kv_heads() + kv_head);
        }
    }
}

/// Where the sixteen tokens' keys, or values, of one head lie: element i of a token is at token_stride * token + i * stride.
struct Vectors {
    int64_t first;
    int64_t token_stride;
    int64_t stride;
};

Vectors keys_of(const KvCache&) { return {0, 1, block_tokens}; }

Vectors values_of(const KvCache& cache) { return {values_offset(cache.head_size()), cache.padded_head(), 1}; }

struct Half {
    static float get(const uint8_t* head, int64_t index)
    {
        uint16_t half;
        std::memcpy(&half, head + index * 2, sizeof half);
        return half_to_float(half);
    }
    static void set(uint8_t* head, int64_t index, float value)
    {
        const uint16_t half = float_to_half(value);
        std::memcpy(head + index * 2, &half, sizeof half);
    }
};

struct Single {
    static float get(const uint8_t* head, int64_t index)
    {
        float value;
        std::memcpy(&value, head + index * 4, sizeof value);
        return value;
    }
    static void set(uint8_t* head, int64_t index, float value) { std::memcpy(head + index * 4, &value, sizeof value); }
};

/// One scale for a token's vector. What is not finite has no scale: it stays poison, rather than becoming a plausible number.
template <class Element>
void quantize_vectors(const uint8_t* head, const Vectors& at, int head_size, uint8_t* out)
{
    for (int token = 0; token < block_tokens; ++token) {
        const int64_t first = at.first + token * at.token_stride;
        float largest = 0;
        bool finite = true;
        for (int i = 0; i < head_size; ++i) {
            const float value = Element::get(head, first + i * at.stride);
            finite = finite && std::isfinite(value);
            largest = std::max(largest, std::fabs(value));
        }
        const float scale = finite ? largest / 127 : std::numeric_limits<float>::quiet_NaN();
        const bool useful = finite && scale > 0;
        std::memcpy(out + token * scale_bytes, &scale, sizeof scale);
        int8_t* const to = reinterpret_cast<int8_t*>(out + block_tokens * scale_bytes) + int64_t{token} * head_size;
        for (int i = 0; i < head_size; ++i) {
            const float scaled = useful ? Element::get(head, first + i * at.stride) / scale : 0.0f;
            // A scale so small that it lost bits could give more than 127.
            to[i] = static_cast<int8_t>(std::lrintf(std::clamp(scaled, -127.0f, 127.0f)));
        }
    }
}

template <class Element>
void restore_vectors(uint8_t* head, const Vectors& at, int head_size, const uint8_t* in)
{
    for (int token = 0; token < block_tokens; ++token) {
        float scale;
        std::memcpy(&scale, in + token * scale_bytes, sizeof scale);
        const int8_t* const from = reinterpret_cast<const int8_t*>(in + block_tokens * scale_bytes) + int64_t{token} * head_size;
        for (int i = 0; i < head_size; ++i) {
            Element::set(head, at.first + token * at.token_stride + i * at.stride, scale * static_cast<float>(from[i]));
        }
    }
}

void save_exact(const KvCache& cache, const uint8_t* head, uint8_t* out)
{
    const int64_t row = int64_t{cache.head_size()} * cache.element_bytes();
    std::memcpy(out, head, static_cast<size_t>(row * block_tokens));
    for (int64_t token = 0; token < block_tokens; ++token) {
        std::memcpy(out + row * (block_tokens + token), head + row * block_tokens + token * cache.padded_head() * cache.element_bytes(),
                    static_cast<size_t>(row));
    }
}

void load_exact(const KvCache& cache, uint8_t* head, const uint8_t* in)
{
    const int64_t row = int64_t{cache.head_size()} * cache.element_bytes();
    std::memcpy(head, in, static_cast<size_t>(row * block_tokens));
    for (int64_t token = 0; token < block_tokens; ++token) {
        std::memcpy(head + row * block_tokens + token * cache.padded_head() * cache.element_bytes(), in + row * (block_tokens + token),
                    static_cast<size_t>(row));
    }
}

/// An int8 cache leaves as it is, in the layout of the int8 encoding: the sixteen scales of the keys, their elements token by token, and
/// the same of the values. `held` is the head's memory, `out` what is saved; the visitor moves one piece between them.
template <class Move>
void each_int8_piece(const KvCache& cache, Move move)
{
    const int64_t half = encoded_head_bytes(cache, PI_BLOCK_INT8) / 2;
    const int64_t scales = scales_offset(cache.head_size(), cache.padded_head());
    int64_t which = 0;
    for (const Vectors& at : {keys_of(cache), values_of(cache)}) {
        move(scales + which * block_tokens * scale_bytes, which * half, block_tokens * scale_bytes);
        for (int64_t token = 0; token < block_tokens; ++token) {
            for (int64_t i = 0; i < cache.head_size(); ++i) {
                move(at.first + token * at.token_stride + i * at.stride,
                     which * half + block_tokens * scale_bytes + token * cache.head_size() + i, 1);
            }
        }
        ++which;
    }
}

void save_int8(const KvCache& cache, const uint8_t* head, uint8_t* out)
{
    each_int8_piece(cache, [&](int64_t held, int64_t saved, int64_t bytes) { std::memcpy(out + saved, head + held, static_cast<size_t>(bytes)); });
}

void load_int8(const KvCache& cache, uint8_t* head, const uint8_t* in)
{
    each_int8_piece(cache, [&](int64_t held, int64_t saved, int64_t bytes) { std::memcpy(head + held, in + saved, static_cast<size_t>(bytes)); });
}

template <class Element>
void save_quantized(const KvCache& cache, const uint8_t* head, uint8_t* out)
{
    const int64_t half = encoded_head_bytes(cache, PI_BLOCK_INT8) / 2;
    quantize_vectors<Element>(head, keys_of(cache), cache.head_size(), out);
    quantize_vectors<Element>(head, values_of(cache), cache.head_size(), out + half);
}

template <class Element>
void load_quantized(const KvCache& cache, uint8_t* head, const uint8_t* in)
{
    const int64_t half = encoded_head_bytes(cache, PI_BLOCK_INT8) / 2;
    restore_vectors<Element>(head, keys_of(cache), cache.head_size(), in);
    restore_vectors<Element>(head, values_of(cache), cache.head_size(), in + half);
}

}

int64_t encoded_bytes(const KvCache& cache, int32_t encoding)
{
    if (encoding != PI_BLOCK_EXACT && encoding != PI_BLOCK_INT8) {
        fail(PI_INVALID_ARGUMENT, "there is no block encoding %d", encoding);
    }
    return encoded_head_bytes(cache, static_cast<pi_block_encoding>(encoding)) * cache.layers() * cache.kv_heads();
}

void encode_block(const KvCache& cache, int block, pi_block_encoding encoding, std::span<uint8_t> out)
{
    const int64_t bytes = encoded_head_bytes(cache, encoding);
    const auto save = cache.form() == kv_int8         ? save_int8
                      : encoding == PI_BLOCK_EXACT    ? save_exact
                      : cache.form() == kv_f16        ? save_quantized<Half>
                                                      : save_quantized<Single>;
    each_head(cache, block, [&](const uint8_t* head, int64_t index) { save(cache, head, out.data() + index * bytes); });
}

void decode_block(const KvCache& cache, int block, pi_block_encoding encoding, std::span<const uint8_t> in)
{
    const int64_t bytes = encoded_head_bytes(cache, encoding);
    const auto load = cache.form() == kv_int8         ? load_int8
                      : encoding == PI_BLOCK_EXACT    ? load_exact
                      : cache.form() == kv_f16        ? load_quantized<Half>
                                                      : load_quantized<Single>;
    each_head(cache, block, [&](uint8_t* head, int64_t index) { load(cache, head, in.data() + index * bytes); });
}

}

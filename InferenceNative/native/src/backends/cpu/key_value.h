#pragma once

#include "backends/cpu/kernels.h"

// Where a token's key and value go in a block: see attention_task.h.
namespace preble {

/// Rotates a head in place. `cosine` and `sine` have head_size / 2 values for the row's position.
template <class I>
void rotate(float* head, const float* cosine, const float* sine, int head_size, int halves)
{
    const int half = head_size / 2;
    if (halves) {
        for (int i = 0; i < half; ++i) {
            const float a = head[i];
            const float b = head[i + half];
            head[i] = a * cosine[i] - b * sine[i];
            head[i + half] = b * cosine[i] + a * sine[i];
        }
        return;
    }
    for (int i = 0; i < half; ++i) {
        const float a = head[2 * i];
        const float b = head[2 * i + 1];
        head[2 * i] = a * cosine[i] - b * sine[i];
        head[2 * i + 1] = b * cosine[i] + a * sine[i];
    }
}

template <class I>
void store_f32(const KeyValue& at)
{
    float* const keys = reinterpret_cast<float*>(at.head) + at.slot;
    float* const values = reinterpret_cast<float*>(at.head) + values_offset(at.head_size) + at.slot * at.padded_head;
    for (int i = 0; i < at.head_size; ++i) {
        keys[i * block_tokens] = at.key[i];
        values[i] = at.value[i];
    }
}

template <class I>
void store_f16(const KeyValue& at)
{
    uint16_t* const keys = reinterpret_cast<uint16_t*>(at.head) + at.slot;
    uint16_t* const values = reinterpret_cast<uint16_t*>(at.head) + values_offset(at.head_size) + at.slot * at.padded_head;
    uint16_t narrowed[I::lanes];
    float last[I::lanes];
    for (int begin = 0; begin < at.head_size; begin += I::lanes) {
        const int count = at.head_size - begin < I::lanes ? at.head_size - begin : I::lanes;
        for (int i = 0; i < I::lanes; ++i) {
            last[i] = i < count ? at.key[begin + i] : 0.0f;
        }
        I::store_half(narrowed, I::load(last));
        for (int i = 0; i < count; ++i) {
            keys[(begin + i) * block_tokens] = narrowed[i];
        }
        for (int i = 0; i < I::lanes; ++i) {
            last[i] = i < count ? at.value[begin + i] : 0.0f;
        }
        // The padded end of a value row may be overwritten: it is zero there and here.
        I::store_half(values + begin, I::load(last));
    }
}

/// Writes `count` numbers as int8, `stride` apart, and returns their scale. Symmetric, to the nearest, ties to even: plain C++ that gives
/// the same bytes on every instruction set. What is not finite has no scale and stays poison.
template <class I>
float store_quantized(const float* from, int count, int8_t* to, int stride)
{
    // The factor of anything smaller would leave the range of a float.
    constexpr float smallest = 1e-30f;
    constexpr float rounder = 12582912.0f;
    float largest = 0.0f;
    float zeros = 0.0f;
    for (int i = 0; i < count; ++i) {
        const float size = __builtin_fabsf(from[i]);
        largest = size > largest ? size : largest;
        zeros += from[i] * 0.0f;
    }
    const bool finite = zeros == 0.0f;
    const float factor = finite && largest >= smallest ? 127.0f / largest : 0.0f;
    for (int i = 0; i < count; ++i) {
        to[i * stride] = finite ? static_cast<int8_t>((from[i] * factor + rounder) - rounder) : int8_t{0};
    }
    return finite ? factor > 0.0f ? largest / 127.0f : 0.0f : __builtin_nanf("");
}

template <class I>
void store_int8(const KeyValue& at)
{
    int8_t* const elements = reinterpret_cast<int8_t*>(at.head);
    float* const scales = reinterpret_cast<float*>(at.head + scales_offset(at.head_size, at.padded_head)) + at.slot;
    scales[0] = store_quantized<I>(at.key, at.head_size, elements + at.slot, block_tokens);
    scales[block_tokens] =
        store_quantized<I>(at.value, at.head_size, elements + values_offset(at.head_size) + at.slot * at.padded_head, 1);
}

}

#pragma once

#include "backends/cpu/kernels.h"

// A block of one KV head holds its keys dimension-major, so that one dimension of sixteen keys is one or two vectors, and then its
// values slot-major.
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
    float* const values = reinterpret_cast<float*>(at.head) + at.head_size * block_tokens + at.slot * at.padded_head;
    for (int i = 0; i < at.head_size; ++i) {
        keys[i * block_tokens] = at.key[i];
        values[i] = at.value[i];
    }
}

template <class I>
void store_f16(const KeyValue& at)
{
    uint16_t* const keys = reinterpret_cast<uint16_t*>(at.head) + at.slot;
    uint16_t* const values = reinterpret_cast<uint16_t*>(at.head) + at.head_size * block_tokens + at.slot * at.padded_head;
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

}

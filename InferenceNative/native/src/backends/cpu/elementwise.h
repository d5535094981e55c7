#pragma once

#include "backends/cpu/kernels.h"
#include "backends/cpu/sixteen.h"

namespace preble {

/// e to the x, to about 1e-7; exactly 1 at 0, exactly 0 below the smallest normal result (and at minus infinity). Not a number stays that:
/// of two operands that cannot be compared, min and max give the second.
template <class I>
typename I::F exponential(typename I::F x)
{
    using F = typename I::F;
    const F bounded = I::min(I::set(88.0f), I::max(I::set(-87.0f), x));
    const F n = I::round(I::mul(bounded, I::set(1.44269504f)));
    F r = I::fma(n, I::set(-0.693359375f), bounded);
    r = I::fma(n, I::set(2.12194440e-4f), r);
    F p = I::set(1.9875691500e-4f);
    p = I::fma(p, r, I::set(1.3981999507e-3f));
    p = I::fma(p, r, I::set(8.3334519073e-3f));
    p = I::fma(p, r, I::set(4.1665795894e-2f));
    p = I::fma(p, r, I::set(1.6666665459e-1f));
    p = I::fma(p, r, I::set(5.0000001201e-1f));
    p = I::fma(p, I::mul(r, r), I::add(r, I::set(1.0f)));
    return I::zero_below(I::mul(p, I::power_of_two(n)), x, I::set(-87.0f));
}

template <class I>
void normalize(const float* row, const float* weight, float epsilon, int width, int padded, float* out)
{
    auto squares = Sixteen<I>::all(0.0f);
    for (int i = 0; i < padded; i += squares.places) {
        squares.update([&](typename I::F sum, int offset) {
            const typename I::F x = I::load(row + i + offset);
            return I::fma(x, x, sum);
        });
    }
    const float mean = squares.sum() / static_cast<float>(width);
    const typename I::F factor = I::set(1.0f / __builtin_sqrtf(mean + epsilon));
    for (int i = 0; i < padded; i += I::lanes) {
        I::store(out + i, I::mul(I::mul(I::load(row + i), factor), I::load(weight + i)));
    }
}

/// What a block becomes that has a value which is infinite or not a number: its scale makes everything that is computed from it not a
/// number, for the sampler to notice.
static inline void poison(int block, int8_t* out, float* scales, float* scaled_sums, BlockSums* sums)
{
    for (int i = 0; i < 32; ++i) {
        out[block * 32 + i] = 0;
    }
    scales[block] = __builtin_nanf("");
    scaled_sums[block] = __builtin_nanf("");
    sums[block] = {};
}

/// Each block of 32 becomes int8 from -127 to 127 and a scale.
template <class I>
void quantize(const float* row, int columns, int8_t* out, float* scales, float* scaled_sums, BlockSums* sums)
{
    constexpr int vectors = 32 / I::lanes;
    // The factor of anything smaller would leave the range of a float.
    constexpr float smallest = 1e-30f;
    for (int block = 0; block < columns / 32; ++block) {
        typename I::F values[vectors];
        auto magnitude = Sixteen<I>::all(0.0f);
        auto zeros = Sixteen<I>::all(0.0f);
        for (int i = 0; i < 32; i += magnitude.places) {
            magnitude.update([&](typename I::F highest, int offset) {
                const typename I::F x = I::load(row + block * 32 + i + offset);
                values[(i + offset) / I::lanes] = x;
                return I::max(highest, I::abs(x));
            });
            // Zero times a number is zero; times infinity, or not a number, it is not.
            zeros.update([&](typename I::F sum, int offset) { return I::add(sum, I::mul(values[(i + offset) / I::lanes], I::zero())); });
        }
        if (zeros.sum() != 0.0f) {
            poison(block, out, scales, scaled_sums, sums);
            continue;
        }
        const float largest = magnitude.largest();
        const typename I::F factor = I::set(largest >= smallest ? 127.0f / largest : 0.0f);
        for (int v = 0; v < vectors; ++v) {
            values[v] = I::round(I::mul(values[v], factor));
        }
        sums[block].all = I::narrow(values, out + block * 32);
        sums[block].first_half = 0;
        for (int i = 0; i < 16; ++i) {
            sums[block].first_half += out[block * 32 + i];
        }
        scales[block] = largest / 127.0f;
        scaled_sums[block] = scales[block] * static_cast<float>(sums[block].all);
    }
}

template <class I>
typename I::F sigmoid(typename I::F x)
{
    const typename I::F one = I::set(1.0f);
    return I::div(one, I::add(one, exponential<I>(I::sub(I::zero(), x))));
}

template <class I>
void gate_silu(float* gate, const float* up, int padded)
{
    const typename I::F one = I::set(1.0f);
    for (int i = 0; i < padded; i += I::lanes) {
        const typename I::F x = I::load(gate + i);
        const typename I::F sigmoid_inverse = I::add(one, exponential<I>(I::sub(I::zero(), x)));
        I::store(gate + i, I::mul(I::div(x, sigmoid_inverse), I::load(up + i)));
    }
}

/// GELU's tanh form, x / 2 * (1 + tanh(u)) with u = sqrt(2 / pi) * (x + 0.044715 x^3), is x * sigmoid(2 u).
template <class I>
void gate_gelu(float* gate, const float* up, int padded)
{
    for (int i = 0; i < padded; i += I::lanes) {
        const typename I::F x = I::load(gate + i);
        const typename I::F cubic = I::mul(I::mul(x, x), I::mul(x, I::set(0.0713548162726f)));
        const typename I::F u = I::fma(x, I::set(1.59576912161f), cubic);
        I::store(gate + i, I::mul(I::mul(x, sigmoid<I>(u)), I::load(up + i)));
    }
}

/// cap * tanh(x / cap), which bounds a value softly: tanh(u) is 2 sigmoid(2 u) - 1.
template <class I>
typename I::F softly_capped(typename I::F x, typename I::F cap, typename I::F two_over_cap)
{
    const typename I::F share = sigmoid<I>(I::mul(x, two_over_cap));
    return I::mul(cap, I::sub(I::add(share, share), I::set(1.0f)));
}

template <class I>
void softcap(float* values, float cap, int padded)
{
    for (int i = 0; i < padded; i += I::lanes) {
        const typename I::F x = I::load(values + i);
        // The exponential bounds its input: what is infinite or not a number must stay that, for the sampler to notice.
        I::store(values + i, I::fma(x, I::zero(), softly_capped<I>(x, I::set(cap), I::set(2.0f / cap))));
    }
}

/// The highest of `count` values and whether all are numbers. Reads up to the next multiple of row_padding.
template <class I>
float largest(const float* values, int count, int32_t* finite)
{
    auto highest = Sixteen<I>::all(-__builtin_inff());
    auto zeros = Sixteen<I>::all(0.0f);
    for (int i = 0; i < count; i += highest.places) {
        highest.update([&](typename I::F top, int offset) {
            return I::max(top, I::first(count - i - offset, I::load(values + i + offset), top));
        });
        // Zero times a number is zero; times infinity, or not a number, it is not.
        zeros.update([&](typename I::F sum, int offset) {
            return I::add(sum, I::mul(I::first(count - i - offset, I::load(values + i + offset), I::zero()), I::zero()));
        });
    }
    *finite = zeros.sum() == 0.0f;
    return highest.largest();
}

/// out = exp((value - largest) * factor), and the sum. Reads and writes up to the next multiple of row_padding.
template <class I>
double exponentials(const float* values, float largest, float factor, int count, float* out)
{
    double total = 0;
    for (int i = 0; i < count; i += Sixteen<I>::places) {
        auto all = Sixteen<I>::all(0.0f);
        all.update([&](typename I::F, int offset) {
            const typename I::F scaled = I::mul(I::sub(I::load(values + i + offset), I::set(largest)), I::set(factor));
            const typename I::F e = I::first(count - i - offset, exponential<I>(scaled), I::zero());
            I::store(out + i + offset, e);
            return e;
        });
        total += static_cast<double>(all.sum());
    }
    return total;
}

}

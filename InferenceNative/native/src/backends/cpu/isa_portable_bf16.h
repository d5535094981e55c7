#pragma once

#include <bit>
#include <cstdint>

#include "backends/cpu/fused.h"
#include "model/half.h"

namespace preble {

/// The arithmetic of VDPBF16PS and VCVTNE2PS2BF16 in plain C++, after Intel's Software Developer's Manual: what the kernels of BF16 dot
/// products are compared with, and their stand-in on processors without the instructions.
template <int width>
struct PortablePairs {
    static constexpr int lanes = width;
    static constexpr int float_rows = 2;
    static constexpr int registers = 8;

    struct F {
        float v[width];
    };
    struct Pairs {
        uint32_t v[width];
    };

    /// Numbers below the normal ones count as zero, before and after.
    static float flush(float value) { return __builtin_fabsf(value) < 0x1p-126f ? __builtin_copysignf(0.0f, value) : value; }

    /// To the nearest BF16, ties to even; what is not a number stays so.
    static uint32_t round(float value)
    {
        const uint32_t bits = std::bit_cast<uint32_t>(flush(value));
        if ((bits & 0x7fffffffu) > 0x7f800000u) {
            return bits >> 16 | 0x40u;
        }
        return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    }

    static F load(const float* p)
    {
        F result;
        __builtin_memcpy(result.v, p, sizeof result.v);
        return result;
    }
    static void store(float* p, F a) { __builtin_memcpy(p, a.v, sizeof a.v); }
    static F add(F a, F b)
    {
        for (int i = 0; i < width; ++i) {
            a.v[i] += b.v[i];
        }
        return a;
    }
    static Pairs load_pairs(const uint16_t* p)
    {
        Pairs result;
        __builtin_memcpy(result.v, p, sizeof result.v);
        return result;
    }
    static Pairs set_pair(uint32_t pair)
    {
        Pairs result;
        for (int i = 0; i < width; ++i) {
            result.v[i] = pair;
        }
        return result;
    }

    /// Rounds 32 floats to 16 pairs, the earlier number in the lower half.
    static void round_pairs(const float* from, uint32_t* to)
    {
        for (int i = 0; i < 16; ++i) {
            to[i] = round(from[2 * i]) | round(from[2 * i + 1]) << 16;
        }
    }

    /// The second number of each pair first, each product exact and added with one rounding.
    static F dot(F sums, Pairs a, Pairs b)
    {
        for (int i = 0; i < width; ++i) {
            const float second = add_product(sums.v[i], a.v[i] >> 16, b.v[i] >> 16);
            sums.v[i] = add_product(second, a.v[i] & 0xffffu, b.v[i] & 0xffffu);
        }
        return sums;
    }

private:
    static float add_product(float sum, uint32_t a, uint32_t b)
    {
        const float left = flush(bfloat_to_float(static_cast<uint16_t>(a)));
        const float right = flush(bfloat_to_float(static_cast<uint16_t>(b)));
        return flush(fused_multiply_add(left, right, flush(sum)));
    }
};

}

#pragma once

#include <cstdint>

#include "backends/cpu/fused.h"
#include "model/half.h"

namespace preble {

/// The vector abstraction in plain C++: what every other instruction set is compared with. Width is a parameter so that the tests can run
/// the kernels' logic at the width of a set that this machine has not got.
template <int width>
struct Portable {
    static constexpr int lanes = width;
    static constexpr int registers = 8;
    static constexpr int float_rows = 2;
    static constexpr int integer_rows = 2;
    static constexpr int few_rows = 2;
    /// Whether a Dot can add up products of unsigned bytes of all eight bits.
    static constexpr bool holds_bytes = true;

    struct F {
        float v[width];
    };
    struct Int {
        int32_t v[width];
    };
    struct Bytes {
        int8_t v[width * 4];
    };
    using Dot = Int;

    template <class Operation>
    static F each(Operation operation)
    {
        F result;
        for (int i = 0; i < width; ++i) {
            result.v[i] = operation(i);
        }
        return result;
    }

    static F zero() { return set(0.0f); }
    static F set(float x) { return each([&](int) { return x; }); }
    static F load(const float* p) { return each([&](int i) { return p[i]; }); }
    static F load_half(const uint16_t* p) { return each([&](int i) { return half_to_float(p[i]); }); }
    static F load_int8(const int8_t* p) { return each([&](int i) { return static_cast<float>(p[i]); }); }
    /// The first, and the second, of each pair of BF16 numbers.
    static F load_low_bfloats(const uint16_t* p) { return each([&](int i) { return bfloat_to_float(p[2 * i]); }); }
    static F load_high_bfloats(const uint16_t* p) { return each([&](int i) { return bfloat_to_float(p[2 * i + 1]); }); }
    static void store(float* p, F a)
    {
        for (int i = 0; i < width; ++i) {
            p[i] = a.v[i];
        }
    }
    static void store_half(uint16_t* p, F a)
    {
        for (int i = 0; i < width; ++i) {
            p[i] = float_to_half(a.v[i]);
        }
    }
    static F add(F a, F b) { return each([&](int i) { return a.v[i] + b.v[i]; }); }
    static F sub(F a, F b) { return each([&](int i) { return a.v[i] - b.v[i]; }); }
    static F mul(F a, F b) { return each([&](int i) { return a.v[i] * b.v[i]; }); }
    static F div(F a, F b) { return each([&](int i) { return a.v[i] / b.v[i]; }); }
    static F fma(F a, F b, F c) { return each([&](int i) { return fused_multiply_add(a.v[i], b.v[i], c.v[i]); }); }
    /// The second where they cannot be compared.
    static F max(F a, F b) { return each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; }); }
    static F min(F a, F b) { return each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; }); }
    static F abs(F a) { return each([&](int i) { return __builtin_fabsf(a.v[i]); }); }
    /// To the nearest integer, ties to even, keeping the sign of zero, for magnitudes below 2^22.
    static F round(F a)
    {
        return each([&](int i) { return __builtin_copysignf((__builtin_fabsf(a.v[i]) + 8388608.0f) - 8388608.0f, a.v[i]); });
    }
    /// Two to the power of an integer from -126 to 127; anything of what is not a number, whose conversion is undefined.
    static F power_of_two(F n)
    {
        return each([&](int i) {
            return std::bit_cast<float>(static_cast<uint32_t>(static_cast<int32_t>(n.v[i] == n.v[i] ? n.v[i] : 0.0f) + 127) << 23);
        });
    }
    /// a where x is not below the limit, else zero.
    static F zero_below(F a, F x, F limit) { return each([&](int i) { return x.v[i] < limit.v[i] ? 0.0f : a.v[i]; }); }
    /// a in the first `count` lanes, b in the others.
    static F first(int count, F a, F b) { return each([&](int i) { return i < count ? a.v[i] : b.v[i]; }); }

    /// Lanes width / 2 apart are added, then width / 4 apart, and so on: see Sixteen.
    static float sum(F a)
    {
        for (int half = width / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; ++i) {
                a.v[i] += a.v[i + half];
            }
        }
        return a.v[0];
    }
    static float largest(F a)
    {
        for (int half = width / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; ++i) {
                a.v[i] = a.v[i] > a.v[i + half] ? a.v[i] : a.v[i + half];
            }
        }
        return a.v[0];
    }

    /// Writes a block of 32 rounded values as bytes and returns their sum.
    static int32_t narrow(const F* block, int8_t* out)
    {
        int32_t total = 0;
        for (int i = 0; i < 32; ++i) {
            const int32_t number = static_cast<int32_t>(block[i / width].v[i % width]);
            out[i] = static_cast<int8_t>(number);
            total += number;
        }
        return total;
    }

    static Bytes load_bytes(const uint8_t* p)
    {
        Bytes result;
        __builtin_memcpy(result.v, p, sizeof result.v);
        return result;
    }
    static void store_bytes(uint8_t* p, Bytes a) { __builtin_memcpy(p, a.v, sizeof a.v); }
    template <class Operation>
    static Bytes each_byte(Operation operation)
    {
        Bytes result;
        for (int i = 0; i < width * 4; ++i) {
            result.v[i] = static_cast<int8_t>(operation(i));
        }
        return result;
    }
    static Bytes low_nibbles(Bytes a) { return each_byte([&](int i) { return a.v[i] & 15; }); }
    static Bytes high_nibbles(Bytes a) { return each_byte([&](int i) { return static_cast<uint8_t>(a.v[i]) >> 4; }); }
    /// The same four activations for every output.
    static Bytes broadcast4(const int8_t* p) { return each_byte([&](int i) { return p[i % 4]; }); }
    /// `code`, and of `other` the bits of the mask after a shift to the left (to the right when negative).
    template <int mask, int left>
    static Bytes with_bits(Bytes code, Bytes other)
    {
        return each_byte([&](int i) {
            const int bits = static_cast<uint8_t>(other.v[i]);
            return code.v[i] | ((left >= 0 ? bits << (left >= 0 ? left : 0) : bits >> (left >= 0 ? 0 : -left)) & mask);
        });
    }
    /// Vectors of codes of this width whose products with activations a Dot can add up.
    static constexpr int most_vectors(int) { return 8; }
    static Dot first_dot(Bytes weights, Bytes x) { return dot(Dot{}, weights, x); }
    /// Adds for each output the products of four unsigned codes and four signed activations.
    static Dot dot(Dot sum, Bytes weights, Bytes x)
    {
        for (int i = 0; i < width * 4; ++i) {
            sum.v[i / 4] += static_cast<uint8_t>(weights.v[i]) * x.v[i];
        }
        return sum;
    }
    static Int end_dot(Dot sum) { return sum; }
    template <class Operation>
    static Int each_int(Operation operation)
    {
        Int result;
        for (int i = 0; i < width; ++i) {
            result.v[i] = operation(i);
        }
        return result;
    }
    static Int add_int(Int a, Int b) { return each_int([&](int i) { return a.v[i] + b.v[i]; }); }
    static Int sub_int(Int a, Int b) { return each_int([&](int i) { return a.v[i] - b.v[i]; }); }
    /// x times two to the power of `left` for every output.
    template <int left>
    static Int set_shifted(int32_t x)
    {
        return each_int([&](int) { return x * (1 << left); });
    }
    static F to_float(Int a) { return each([&](int i) { return static_cast<float>(a.v[i]); }); }
};

}

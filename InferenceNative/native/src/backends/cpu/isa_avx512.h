#pragma once

#include <cstdint>
#include <immintrin.h>

namespace preble {

/// The vector abstraction on AVX-512 (F, BW, DQ, VL, VNNI). See Portable for what each function means.
struct Avx512 {
    static constexpr int lanes = 16;
    static constexpr int registers = 32;
    static constexpr int float_rows = 8;
    static constexpr int integer_rows = 8;
    static constexpr int few_rows = 8;
    static constexpr bool holds_bytes = true;

    using F = __m512;
    using Int = __m512i;
    using Bytes = __m512i;
    using Dot = __m512i;

    static F zero() { return _mm512_setzero_ps(); }
    static F set(float x) { return _mm512_set1_ps(x); }
    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static F load_half(const uint16_t* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    static F load_int8(const int8_t* p)
    {
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    }
    static F load_low_bfloats(const uint16_t* p) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_loadu_si512(p), 16)); }
    static F load_high_bfloats(const uint16_t* p)
    {
        return _mm512_castsi512_ps(_mm512_and_si512(_mm512_loadu_si512(p), _mm512_set1_epi32(static_cast<int32_t>(0xffff0000))));
    }
    static void store(float* p, F a) { _mm512_storeu_ps(p, a); }
    static void store_half(uint16_t* p, F a)
    {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F max(F a, F b) { return _mm512_max_ps(a, b); }
    static F min(F a, F b) { return _mm512_min_ps(a, b); }
    static F abs(F a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
    static F round(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F power_of_two(F n)
    {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
    }
    static F zero_below(F a, F x, F limit)
    {
        return _mm512_mask_mov_ps(a, _mm512_cmp_ps_mask(x, limit, _CMP_LT_OQ), _mm512_setzero_ps());
    }
    static F first(int count, F a, F b)
    {
        const unsigned bits = count >= lanes ? 0xffffu : count <= 0 ? 0u : (1u << count) - 1u;
        return _mm512_mask_mov_ps(b, static_cast<__mmask16>(bits), a);
    }
    /// Not the compiler's own reductions, whose order nobody promises.
    static float sum(F a)
    {
        const __m256 x = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
        __m128 y = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        y = _mm_add_ps(y, _mm_movehl_ps(y, y));
        return _mm_cvtss_f32(_mm_add_ss(y, _mm_movehdup_ps(y)));
    }
    static float largest(F a)
    {
        const __m256 x = _mm256_max_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
        __m128 y = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        y = _mm_max_ps(y, _mm_movehl_ps(y, y));
        return _mm_cvtss_f32(_mm_max_ss(y, _mm_movehdup_ps(y)));
    }
    static int32_t narrow(const F* block, int8_t* out)
    {
        const __m512i a = _mm512_cvtps_epi32(block[0]);
        const __m512i b = _mm512_cvtps_epi32(block[1]);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtsepi32_epi8(a));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 16), _mm512_cvtsepi32_epi8(b));
        return _mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
    }

    static Bytes load_bytes(const uint8_t* p) { return _mm512_loadu_si512(p); }
    static void store_bytes(uint8_t* p, Bytes a) { _mm512_storeu_si512(p, a); }
    static Bytes low_nibbles(Bytes a) { return _mm512_and_si512(a, _mm512_set1_epi8(15)); }
    static Bytes high_nibbles(Bytes a) { return _mm512_and_si512(_mm512_srli_epi16(a, 4), _mm512_set1_epi8(15)); }
    static Bytes broadcast4(const int8_t* p)
    {
        int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        return _mm512_set1_epi32(four);
    }
    template <int mask, int left>
    static Bytes with_bits(Bytes code, Bytes other)
    {
        const Bytes shifted = left >= 0 ? _mm512_slli_epi16(other, left >= 0 ? left : 0) : _mm512_srli_epi16(other, left >= 0 ? 0 : -left);
        // One instruction for code | (shifted & mask).
        return _mm512_ternarylogic_epi32(code, shifted, _mm512_set1_epi8(mask), 0xf8);
    }
    static constexpr int most_vectors(int) { return 8; }
    static Dot first_dot(Bytes weights, Bytes x) { return dot(_mm512_setzero_si512(), weights, x); }
    static Dot dot(Dot sum, Bytes weights, Bytes x) { return _mm512_dpbusd_epi32(sum, weights, x); }
    static Int end_dot(Dot sum) { return sum; }
    static Int add_int(Int a, Int b) { return _mm512_add_epi32(a, b); }
    static Int sub_int(Int a, Int b) { return _mm512_sub_epi32(a, b); }
    template <int left>
    static Int set_shifted(int32_t x)
    {
        return _mm512_slli_epi32(_mm512_set1_epi32(x), left);
    }
    static F to_float(Int a) { return _mm512_cvtepi32_ps(a); }
};

}

#pragma once

#include <cstdint>
#include <immintrin.h>

namespace preble {

/// The vector abstraction on AVX2 with FMA and F16C. See Portable for what each function means.
struct Avx2 {
    static constexpr int lanes = 8;
    static constexpr int registers = 16;
    static constexpr int float_rows = 6;
    static constexpr int integer_rows = 6;
    static constexpr int signed_rows = 4;
    static constexpr int few_rows = 4;
    /// Products of bytes of eight bits overflow int16.
    static constexpr bool holds_bytes = false;

    using F = __m256;
    using Int = __m256i;
    using Bytes = __m256i;
    using Dot = __m256i;  // sixteen int16: two for each output

    static F zero() { return _mm256_setzero_ps(); }
    static F set(float x) { return _mm256_set1_ps(x); }
    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static F load_half(const uint16_t* p) { return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
    static F load_int8(const int8_t* p)
    {
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
    }
    static F load_low_bfloats(const uint16_t* p)
    {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)), 16));
    }
    /// By shifts: a mask would take the one register that a tile of 6 x 2 leaves.
    static F load_high_bfloats(const uint16_t* p)
    {
        const __m256i pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_srli_epi32(pairs, 16), 16));
    }
    static void store(float* p, F a) { _mm256_storeu_ps(p, a); }
    static void store_half(uint16_t* p, F a)
    {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F div(F a, F b) { return _mm256_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F max(F a, F b) { return _mm256_max_ps(a, b); }
    static F min(F a, F b) { return _mm256_min_ps(a, b); }
    static F abs(F a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
    static F round(F a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F power_of_two(F n)
    {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
    }
    static F zero_below(F a, F x, F limit) { return _mm256_andnot_ps(_mm256_cmp_ps(x, limit, _CMP_LT_OQ), a); }
    static F first(int count, F a, F b)
    {
        const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_blendv_ps(b, a, _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane)));
    }
    static float sum(F a)
    {
        __m128 x = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        x = _mm_add_ps(x, _mm_movehl_ps(x, x));
        return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
    }
    static float largest(F a)
    {
        __m128 x = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
        x = _mm_max_ps(x, _mm_movehl_ps(x, x));
        return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
    }
    static int32_t narrow(const F* block, int8_t* out)
    {
        const __m256i a = _mm256_cvtps_epi32(block[0]);
        const __m256i b = _mm256_cvtps_epi32(block[1]);
        const __m256i c = _mm256_cvtps_epi32(block[2]);
        const __m256i d = _mm256_cvtps_epi32(block[3]);
        const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        // The packs work within halves of the register; this puts the groups of four back in order.
        const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_permutevar8x32_epi32(bytes, order));
        const __m256i total = _mm256_add_epi32(_mm256_add_epi32(a, b), _mm256_add_epi32(c, d));
        __m128i x = _mm_add_epi32(_mm256_castsi256_si128(total), _mm256_extracti128_si256(total, 1));
        x = _mm_add_epi32(x, _mm_shuffle_epi32(x, 0x4e));
        return _mm_cvtsi128_si32(_mm_add_epi32(x, _mm_shuffle_epi32(x, 0xb1)));
    }

    static Bytes load_bytes(const uint8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    static void store_bytes(uint8_t* p, Bytes a) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a); }
    static Bytes low_nibbles(Bytes a) { return _mm256_and_si256(a, _mm256_set1_epi8(15)); }
    static Bytes high_nibbles(Bytes a) { return _mm256_and_si256(_mm256_srli_epi16(a, 4), _mm256_set1_epi8(15)); }
    static Bytes broadcast4(const int8_t* p)
    {
        int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        return _mm256_set1_epi32(four);
    }
    /// `code`, and of `other` the bits of the mask after a shift to the left (to the right when negative).
    template <int mask, int left>
    static Bytes with_bits(Bytes code, Bytes other)
    {
        // The shift moves bits from byte to byte, but none that the mask keeps.
        const Bytes shifted = left >= 0 ? _mm256_slli_epi16(other, left >= 0 ? left : 0) : _mm256_srli_epi16(other, left >= 0 ? 0 : -left);
        return _mm256_or_si256(code, _mm256_and_si256(shifted, _mm256_set1_epi8(mask)));
    }
    /// So many products of two codes of this width with activations can be added up in int16: 2 * 15 * 127 * 8 = 30480.
    static constexpr int most_vectors(int bits) { return bits == 4 ? 8 : bits == 5 ? 4 : 2; }
    static Dot first_dot(Bytes weights, Bytes x) { return _mm256_maddubs_epi16(weights, x); }
    static Dot dot(Dot sum, Bytes weights, Bytes x) { return _mm256_add_epi16(sum, first_dot(weights, x)); }
    static Int end_dot(Dot sum) { return _mm256_madd_epi16(sum, _mm256_set1_epi16(1)); }
    /// Codes of eight bits as signed bytes, and the products of those and activations: the unsigned operand takes the magnitude and the
    /// activation the sign; 2 * 128 * 127 fits int16.
    static Bytes less_128(Bytes codes) { return _mm256_xor_si256(codes, _mm256_set1_epi8(-128)); }
    static Bytes magnitude(Bytes weights) { return _mm256_abs_epi8(weights); }
    static Int signed_dot(Bytes magnitudes, Bytes weights, Bytes x)
    {
        return end_dot(_mm256_maddubs_epi16(magnitudes, _mm256_sign_epi8(x, weights)));
    }
    static Int add_int(Int a, Int b) { return _mm256_add_epi32(a, b); }
    static Int sub_int(Int a, Int b) { return _mm256_sub_epi32(a, b); }
    template <int left>
    static Int set_shifted(int32_t x)
    {
        return _mm256_slli_epi32(_mm256_set1_epi32(x), left);
    }
    static F to_float(Int a) { return _mm256_cvtepi32_ps(a); }
};

}

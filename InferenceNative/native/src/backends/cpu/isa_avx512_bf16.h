#pragma once

#include <cstdint>
#include <immintrin.h>

namespace preble {

/// BF16 dot products of AVX-512. It shares nothing with Avx512, whose functions must stay without this set's instructions. See
/// PortablePairs for what each function means.
struct Avx512Pairs {
    static constexpr int lanes = 16;
    static constexpr int float_rows = 8;
    static constexpr int registers = 32;

    using F = __m512;
    using Pairs = __m512bh;

    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static void store(float* p, F a) { _mm512_storeu_ps(p, a); }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static Pairs load_pairs(const uint16_t* p) { return reinterpret_cast<Pairs>(_mm512_loadu_si512(p)); }
    static Pairs set_pair(uint32_t pair) { return reinterpret_cast<Pairs>(_mm512_set1_epi32(static_cast<int32_t>(pair))); }
    static void round_pairs(const float* from, uint32_t* to)
    {
        const __m512bh pairs = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(from + 16), _mm512_loadu_ps(from));
        _mm512_storeu_si512(to, reinterpret_cast<__m512i>(pairs));
    }
    static F dot(F sums, Pairs a, Pairs b) { return _mm512_dpbf16_ps(sums, a, b); }
};

}

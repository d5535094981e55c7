#include "peak_sets.h"

#include <immintrin.h>

namespace preble::bench {
namespace {

struct Fma {
    using Register = __m512;
    static constexpr int chains = 24;
    static constexpr int products = 16;
    static Register start() { return _mm512_set1_ps(1e-6f); }
    static Register add(Register sum, Register a, Register b) { return _mm512_fmadd_ps(a, b, sum); }
    static void hide(Register& value) { asm volatile("" : "+v"(value)); }
};

struct Bytes {
    using Register = __m512i;
    static constexpr int products = 64;
    static Register start() { return _mm512_set1_epi8(1); }
    static void hide(Register& value) { asm volatile("" : "+v"(value)); }
};

struct ByteDot : Bytes {
    static constexpr int chains = 24;
    static Register add(Register sum, Register a, Register b) { return _mm512_dpbusd_epi32(sum, a, b); }
};

struct ShortDot : Bytes {
    static constexpr int chains = 20;
    static Register add(Register sum, Register a, Register b) { return _mm512_add_epi16(sum, _mm512_maddubs_epi16(a, b)); }
};

}

constinit const PeakLoop avx512_loops[3] = {
    loop_of<Fma>("FP32 FMA, AVX-512", PeakKind::float32),
    loop_of<ByteDot>("int8 dot, AVX512-VNNI (vpdpbusd)", PeakKind::int8),
    loop_of<ShortDot>("int8 in 16 bits, AVX-512 (vpmaddubsw vpaddw)", PeakKind::int8_short),
};

}

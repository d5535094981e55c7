#include "peak_sets.h"

#include <immintrin.h>

namespace preble::bench {
namespace {

struct Dot {
    using Register = __m512;
    static constexpr int chains = 24;
    static constexpr int products = 32;
    static Register start() { return _mm512_set1_ps(1e-6f); }
    static Register add(Register sum, Register a, Register b)
    {
        return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
    }
    static void hide(Register& value) { asm volatile("" : "+v"(value)); }
};

}

constinit const PeakLoop avx512bf16_loops[1] = {
    loop_of<Dot>("BF16 dot, AVX-512 (vdpbf16ps)", PeakKind::bfloat16),
};

}

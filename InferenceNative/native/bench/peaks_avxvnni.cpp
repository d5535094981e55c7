#include "peak_sets.h"

#include <immintrin.h>

namespace preble::bench {
namespace {

struct ByteDot {
    using Register = __m256i;
    static constexpr int chains = 12;
    static constexpr int products = 32;
    static Register start() { return _mm256_set1_epi8(1); }
    static Register add(Register sum, Register a, Register b) { return _mm256_dpbusd_avx_epi32(sum, a, b); }
    static void hide(Register& value) { asm volatile("" : "+x"(value)); }
};

}

constinit const PeakLoop avxvnni_loops[1] = {
    loop_of<ByteDot>("int8 dot, AVX-VNNI (vpdpbusd)", PeakKind::int8),
};

}

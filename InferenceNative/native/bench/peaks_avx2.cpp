#include "peak_sets.h"

#include <immintrin.h>

namespace preble::bench {
namespace {

struct Fma {
    using Register = __m256;
    static constexpr int chains = 12;
    static constexpr int products = 8;
    static Register start() { return _mm256_set1_ps(1e-6f); }
    static Register add(Register sum, Register a, Register b) { return _mm256_fmadd_ps(a, b, sum); }
    static void hide(Register& value) { asm volatile("" : "+x"(value)); }
};

struct Bytes {
    using Register = __m256i;
    static constexpr int products = 32;
    static Register start() { return _mm256_set1_epi8(1); }
    static void hide(Register& value) { asm volatile("" : "+x"(value)); }
};

struct ByteDot : Bytes {
    static constexpr int chains = 10;
    static Register add(Register sum, Register a, Register b)
    {
        return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1)));
    }
};

struct ShortDot : Bytes {
    static constexpr int chains = 10;
    static Register add(Register sum, Register a, Register b) { return _mm256_add_epi16(sum, _mm256_maddubs_epi16(a, b)); }
};

struct Words {
    typedef uint64_t Vector __attribute__((vector_size(32)));
};

}

constinit const PeakLoop avx2_loops[3] = {
    loop_of<Fma>("FP32 FMA, AVX2", PeakKind::float32),
    loop_of<ByteDot>("int8 dot, AVX2 (vpmaddubsw vpmaddwd vpaddd)", PeakKind::int8),
    loop_of<ShortDot>("int8 in 16 bits, AVX2 (vpmaddubsw vpaddw)", PeakKind::int8_short),
};

uint64_t sum_avx2(const void* from, int64_t bytes, int streams) { return sum_streams<Words>(from, bytes, streams); }

}

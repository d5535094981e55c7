#include "machine_peak.h"

#include "cpu_clock.h"

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace preble::bench {
namespace {

/// The shortest of several runs of the body on all threads at once, in processor time a thread.
template <class Body>
double best_time(int threads, int runs, Body body)
{
    double best = 1e9;
    for (int run = 0; run < runs; ++run) {
        std::vector<std::thread> others;
        const Stopwatch watch;
        for (int thread = 1; thread < threads; ++thread) {
            others.emplace_back([&body, thread] { body(thread); });
        }
        body(0);
        for (std::thread& other : others) {
            other.join();
        }
        best = std::min(best, watch.read().cpu / threads);
    }
    return best;
}

volatile int64_t sink;

#if defined(__x86_64__)
constexpr int64_t rounds = 2'000'000;
constexpr int chains = 8;

__attribute__((target("avx2"))) void multiply_bytes()
{
    __m256i sums[chains];
    for (int i = 0; i < chains; ++i) {
        sums[i] = _mm256_set1_epi16(static_cast<short>(i));
    }
    const __m256i weights = _mm256_set1_epi8(3);
    const __m256i x = _mm256_set1_epi8(5);
    for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 8
        for (int i = 0; i < chains; ++i) {
            // Volatile, or the compiler computes one product and uses it eight times.
            __m256i product;
            asm volatile("vpmaddubsw %2, %1, %0" : "=x"(product) : "x"(weights), "x"(x));
            sums[i] = _mm256_add_epi16(sums[i], product);
        }
    }
    int64_t total = 0;
    for (const __m256i& sum : sums) {
        total += _mm256_extract_epi32(sum, 0);
    }
    sink = total;
}
#endif

}

double int8_peak(int threads)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        const double time = best_time(threads, 7, [](int) { multiply_bytes(); });
        return static_cast<double>(rounds) * chains * 32 * threads / time;
    }
#endif
    (void)threads;
    return 0;
}

double read_bandwidth(int threads)
{
    constexpr size_t words_per_thread = (96u << 20) / sizeof(uint64_t);
    std::vector<uint64_t> memory(words_per_thread * static_cast<size_t>(threads), 1);
    const double time = best_time(threads, 7, [&](int thread) {
        const uint64_t* const from = memory.data() + words_per_thread * static_cast<size_t>(thread);
        uint64_t total = 0;
        for (size_t i = 0; i < words_per_thread; ++i) {
            total += from[i];
        }
        sink = static_cast<int64_t>(total);
    });
    return static_cast<double>(memory.size() * sizeof(uint64_t)) / time;
}

}

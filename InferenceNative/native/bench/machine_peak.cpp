#include "machine_peak.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <thread>

#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "cpu_clock.h"
#include "peak_sets.h"
#include "runtime/memory_region.h"

namespace preble::bench {
namespace {

constexpr int runs_of_a_loop = 7;
constexpr int runs_of_a_read = 5;
constexpr int64_t rounds = 1'000'000;
constexpr int64_t times_the_cache = 4;
constexpr int64_t least_read_bytes = 256ll << 20;
constexpr int64_t most_read_bytes = 1ll << 30;

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

#if defined(__x86_64__)
/// Not every compiler's check knows the names of these: leaf 7, part 1.
bool has_leaf7_bit(unsigned bit)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> bit & 1) != 0;
}

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

/// Those that this processor runs.
std::vector<PeakLoop> loops()
{
    std::vector<PeakLoop> result;
#if defined(__x86_64__)
    constexpr unsigned avx_vnni_bit = 4;
    constexpr unsigned avx512_bf16_bit = 5;
    const auto add = [&](std::span<const PeakLoop> loops, bool runs) {
        if (runs) {
            result.insert(result.end(), loops.begin(), loops.end());
        }
    };
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
    add(avx2_loops, has_avx2());
    add(avxvnni_loops, has_avx2() && has_leaf7_bit(avx_vnni_bit));
    add(avx512_loops, avx512);
    add(avx512bf16_loops, avx512 && has_leaf7_bit(avx512_bf16_bit));
#endif
    return result;
}

struct Words {
    typedef uint64_t Vector __attribute__((vector_size(16)));
};

using Read = uint64_t (*)(const void* from, int64_t bytes, int streams);

Read widest_read()
{
#if defined(__x86_64__)
    if (has_avx2()) {
        return sum_avx2;
    }
#endif
    return sum_streams<Words>;
}

double read_rate(const MemoryRegion& memory, int threads, int streams)
{
    const Read read = widest_read();
    const int64_t each = static_cast<int64_t>(memory.bytes()) / threads;
    const double time = best_time(threads, runs_of_a_read, [&](int thread) {
        const uint64_t sum = read(memory.as<uint8_t>(static_cast<size_t>(thread * each)), each, streams);
        asm volatile("" : : "r"(sum)); // it counts as used
    });
    return static_cast<double>(each * threads) / time;
}

int64_t bytes_to_read()
{
    int64_t cache = 0;
#ifdef _SC_LEVEL3_CACHE_SIZE
    cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    return std::clamp(cache * times_the_cache, least_read_bytes, most_read_bytes);
}

}

MachinePeak measure_peak(int threads)
{
    MachinePeak peak;
    peak.threads = threads;
    for (const PeakLoop& loop : loops()) {
        const double time = best_time(threads, runs_of_a_loop, [&](int) { loop.run(rounds); });
        peak.rates.push_back({loop.name, loop.kind, loop.operations_per_round * static_cast<double>(rounds * threads) / time});
    }
    const MemoryRegion memory(static_cast<size_t>(bytes_to_read() * threads), true);
    std::memset(memory.as<uint8_t>(), 1, memory.bytes());
    peak.read_one_stream = read_rate(memory, threads, 1);
    peak.read_four_streams = read_rate(memory, threads, 4);
    return peak;
}

}

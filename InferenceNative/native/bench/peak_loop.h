#pragma once

#include <cstdint>
#include <utility>

namespace preble::bench {

/// What a loop of multiply-adds in registers is the limit of.
enum class PeakKind {
    float32,    // FP32 fused multiply-add
    bfloat16,   // BF16 products, summed in FP32
    int8,       // unsigned times signed bytes, summed exactly in 32 bits: what 8-bit kernels can use
    int8_short, // the same, summed in 16 bits, which is exact for the small numbers of 4-bit kernels only
};

/// One instruction's loop. `operations` counts a multiply-add as two.
struct PeakLoop {
    const char* name;
    PeakKind kind;
    double operations_per_round;
    void (*run)(int64_t rounds);
};

// Included by files that are compiled for one instruction set each: nothing here may be shared between them.
namespace {

/// Instruction: Register, chains (independent sums, enough to hide the latency), start(), add(sum, a, b) and hide(register).
/// What is hidden the compiler must take as changed, so that it neither leaves out nor moves a product.
template <class Instruction>
[[gnu::always_inline]] inline void add_to(typename Instruction::Register& sum, typename Instruction::Register& a,
                                          typename Instruction::Register& b)
{
    typename Instruction::Register next = sum;
    Instruction::hide(a);
    Instruction::hide(b);
    next = Instruction::add(next, a, b);
    Instruction::hide(next);
    sum = next;
}

/// Written out over the chains: of a loop that it unrolls late, GCC keeps the sums in memory.
template <class Instruction, int... chain>
void run_chains(int64_t rounds, std::integer_sequence<int, chain...>)
{
    typename Instruction::Register sums[] = {(static_cast<void>(chain), Instruction::start())...};
    typename Instruction::Register a = Instruction::start();
    typename Instruction::Register b = Instruction::start();
    for (int64_t round = 0; round < rounds; ++round) {
        (add_to<Instruction>(sums[chain], a, b), ...);
    }
}

template <class Instruction>
void run_loop(int64_t rounds)
{
    run_chains<Instruction>(rounds, std::make_integer_sequence<int, Instruction::chains>());
}

template <class Instruction>
constexpr PeakLoop loop_of(const char* name, PeakKind kind)
{
    return {name, kind, 2.0 * Instruction::products * Instruction::chains, run_loop<Instruction>};
}

/// The sum of all words, read in so many streams at once: a core has several prefetchers.
template <class Words>
uint64_t sum_streams(const void* from, int64_t bytes, int streams)
{
    using Vector = typename Words::Vector;
    constexpr int most_streams = 4;
    const int64_t each = bytes / streams / static_cast<int64_t>(sizeof(Vector));
    const Vector* const words = static_cast<const Vector*>(from);
    Vector sums[most_streams] = {};
    if (streams == most_streams) {
        for (int64_t i = 0; i < each; ++i) {
            for (int stream = 0; stream < most_streams; ++stream) {
                sums[stream] += words[stream * each + i];
            }
        }
    } else {
        for (int64_t i = 0; i + most_streams <= each; i += most_streams) {
            for (int part = 0; part < most_streams; ++part) {
                sums[part] += words[i + part];
            }
        }
    }
    const Vector sum = sums[0] + sums[1] + sums[2] + sums[3];
    return static_cast<uint64_t>(sum[0]);
}

}

}

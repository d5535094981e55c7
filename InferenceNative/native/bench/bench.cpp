// Measures whole steps of a model with the shape of the embedded one, and says which part of the machine's peak they reach.
// Usage: bench [threads] [rounds]. On a busy machine only ratios within one run mean anything.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench_model.h"
#include "cpu_clock.h"
#include "machine_peak.h"

using namespace preble::bench;

namespace {

constexpr int prompt = 512;
constexpr int blocks_per_sequence = 36;
constexpr pi_sampling greedy = {0, 1, 0, 1, 0, 0, 0, 0, 0};

/// Medians over the rounds; processor time is that of one thread.
struct Timing {
    double wall;
    double cpu;
};

/// Sequences of random tokens in an engine of their own, each with its own blocks.
class Sequences {
public:
    Sequences(const BenchModel& model, int count) : count_(count)
    {
        const pi_engine_options options = {sizeof(pi_engine_options), 16, blocks_per_sequence * count, prompt, count, PI_KV_DEFAULT, 0, 0};
        succeed(pi_engine_create(model.handle, &options, &engine_));
        for (int i = 0; i < prompt; ++i) {
            tokens_.push_back(static_cast<int32_t>((i * 7919 + 13) % BenchModel::vocabulary));
        }
        for (int i = 0; i < blocks_per_sequence * count; ++i) {
            blocks_.push_back(i);
        }
        sampled_.resize(static_cast<size_t>(count));
    }
    ~Sequences() { pi_engine_free(engine_); }
    Sequences(const Sequences&) = delete;
    Sequences& operator=(const Sequences&) = delete;

    void prefill(int sequence)
    {
        const pi_chunk chunk = {0, prompt, 0, 0, blocks_per_sequence, 1, 0, 0, 0, 0, greedy};
        succeed(pi_engine_step(engine_, &chunk, 1, tokens_.data(), prompt, blocks_.data() + sequence * blocks_per_sequence,
                               blocks_per_sequence, nullptr, 0, sampled_.data()));
    }

    void decode(int position)
    {
        std::vector<pi_chunk> chunks;
        for (int i = 0; i < count_; ++i) {
            chunks.push_back({i, 1, position, i * blocks_per_sequence, blocks_per_sequence, 1, 0, 0, 0, 0, greedy});
        }
        succeed(pi_engine_step(engine_, chunks.data(), count_, tokens_.data(), count_, blocks_.data(),
                               static_cast<int32_t>(blocks_.size()), nullptr, 0, sampled_.data()));
    }

private:
    int count_;
    pi_engine* engine_ = nullptr;
    std::vector<int32_t> tokens_;
    std::vector<int32_t> blocks_;
    std::vector<int32_t> sampled_;
};

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <class Body>
Timing measure(int threads, int rounds, Body body)
{
    std::vector<double> wall;
    std::vector<double> cpu;
    body(0);
    for (int round = 0; round < rounds; ++round) {
        const Stopwatch watch;
        body(round);
        const Cost cost = watch.read();
        wall.push_back(cost.wall);
        cpu.push_back(cost.cpu / threads);
    }
    return {median(wall), median(cpu)};
}

/// Shares of the peaks are by processor time, in which the peaks are measured too.
void report(const char* name, double tokens, const Timing& time, double operations, double peak, double bytes, double bandwidth)
{
    std::printf("%-12s %8.1f tok/s by the clock %8.1f by processor time", name, tokens / time.wall, tokens / time.cpu);
    if (peak > 0) {
        std::printf("  %5.1f %% of int8 peak", 100 * operations / time.cpu / peak);
    }
    std::printf("  %5.1f %% of read bandwidth\n", 100 * bytes / time.cpu / bandwidth);
}

}

int main(int count, char** arguments)
{
    const int threads = count > 1 ? std::atoi(arguments[1]) : 2;
    const int rounds = count > 2 ? std::atoi(arguments[2]) : 9;
    succeed(pi_runtime_set_threads(threads));
    std::printf("%s; %d threads, %d rounds\n", pi_runtime_description(), threads, rounds);
    const double peak = 2 * int8_peak(threads);
    const double bandwidth = read_bandwidth(threads);
    std::printf("int8 peak %.0f Gop/s, read %.1f GB/s\n", peak / 1e9, bandwidth / 1e9);
    const BenchModel model;
    pi_model_info info = {};
    info.struct_size = sizeof info;
    succeed(pi_model_get_info(model.handle, &info));
    {
        Sequences one(model, 1);
        const Timing time = measure(threads, rounds, [&](int) { one.prefill(0); });
        report("prefill 512", prompt, time, 2 * (prompt * BenchModel::layer_weights + BenchModel::head_weights), peak,
               static_cast<double>(info.weight_bytes), bandwidth);
    }
    for (const int width : {1, 4, 16}) {
        Sequences all(model, width);
        for (int sequence = 0; sequence < width; ++sequence) {
            all.prefill(sequence);
        }
        const Timing time = measure(threads, rounds * 4, [&](int round) { all.decode(prompt + round % 32); });
        char name[32];
        std::snprintf(name, sizeof name, "decode B=%d", width);
        const double kv = static_cast<double>(info.kv_bytes_per_token) * prompt * width;
        report(name, width, time, 2.0 * width * (BenchModel::layer_weights + BenchModel::head_weights), peak,
               static_cast<double>(info.weight_bytes) + kv, bandwidth);
    }
    return 0;
}

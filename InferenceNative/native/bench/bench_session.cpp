#include "bench_session.h"

#include <algorithm>

namespace preble::bench {
namespace {

constexpr double floats_of_a_scale = 4;

std::vector<Part> parts_of(const OperatorTimes& times, const Cost& cost, int threads, const Work& work, double linear_peak, double float_peak)
{
    const auto part = [&](const char* name, double cpu, double operations, double peak) {
        Part result = {name};
        result.share = cpu / cost.cpu;
        result.operations = cpu > 0 ? operations / (cpu / threads) : 0;
        result.of_peak = peak > 0 ? result.operations / peak : 0;
        return result;
    };
    const double linear = times.of(Operator::linear).cpu;
    const double attention = times.of(Operator::attention).cpu;
    const double head = times.of(Operator::head).cpu;
    return {part("linear", linear, work.linear, linear_peak), part("attention", attention, work.attention, float_peak),
            part("head", head, work.head, linear_peak), part("rest", cost.cpu - linear - attention - head, 0, 0)};
}

}

BenchSession::BenchSession(const BenchOptions& options)
    : options_(options), source_(options.model.empty() ? ModelSource::synthetic() : ModelSource::from_file(options.model)),
      size_(source_.size()), choice_(size_, options.weights)
{
    if (!options.serve) {
        peaks_.emplace(1, measure_peak(1));
        if (options.threads > 1) {
            peaks_.emplace(options.threads, measure_peak(options.threads));
        }
    }
    pi_model_config config = source_.model.config;
    config.weights = options.weights;
    const char* const paths[] = {source_.path.c_str()};
    const std::vector<pi_tensor>& tensors = source_.model.tensors;
    const std::vector<float>& frequencies = source_.model.frequencies;
    succeed(pi_model_create(&config, paths, 1, tensors.data(), static_cast<int32_t>(tensors.size()), frequencies.data(),
                            static_cast<int32_t>(frequencies.size()), &model_));
    pi_model_info info = {};
    info.struct_size = sizeof info;
    succeed(pi_model_get_info(model_, &info));
    weight_bytes_ = static_cast<double>(info.weight_bytes);
    succeed(pi_runtime_set_threads(options.threads));
}

BenchSession::~BenchSession() { pi_model_free(model_); }

std::unique_ptr<CaseRun> BenchSession::prepare(const BenchCase& what) const
{
    RunSettings settings;
    settings.vocabulary = source_.model.config.vocabulary;
    settings.kv_type = options_.kv_type;
    settings.step_tokens = options_.step_tokens;
    return std::make_unique<CaseRun>(model_, what, settings);
}

double BenchSession::kv_bytes_per_token() const
{
    const pi_model_config& config = source_.model.config;
    const bool wide = options_.kv_type == PI_KV_F32 || (options_.kv_type == PI_KV_DEFAULT && options_.weights == PI_WEIGHTS_F32);
    const double head = options_.kv_type == PI_KV_INT8 ? config.head_size + floats_of_a_scale : config.head_size * (wide ? 4.0 : 2.0);
    return 2.0 * config.layers * config.kv_heads * head;
}

Work BenchSession::work_of(const BenchCase& what, int steps) const
{
    const pi_model_config& config = source_.model.config;
    const double rows = what.is_prefill() ? what.count : 1.0 * what.count * steps;
    const double seen = what.is_prefill() ? rows * (what.context + (rows + 1) / 2) : rows * (what.context + 1);
    Work work;
    work.tokens = rows;
    work.linear = 2 * size_.layer_weights * rows;
    work.head = 2 * size_.head_weights * (what.is_prefill() ? 1 : rows);
    // Query times key, and weight times value.
    work.attention = 4.0 * config.layers * config.heads * config.head_size * seen;
    const double sequences = what.kind == CaseKind::shared ? 1 : what.count;
    const double kv = kv_bytes_per_token() * (what.is_prefill() ? what.context + what.count : what.context * sequences * steps);
    work.bytes = (weight_bytes_ - size_.embedding_bytes) * steps + kv;
    return work;
}

Figures BenchSession::measure(const BenchCase& what, int threads) const
{
    succeed(pi_runtime_set_threads(threads));
    const std::unique_ptr<CaseRun> run = prepare(what);
    run->measure();
    std::vector<double> wall;
    std::vector<double> cpu;
    for (int round = 0; round < options_.rounds; ++round) {
        const Cost cost = run->measure();
        wall.push_back(cost.wall);
        cpu.push_back(cost.cpu / threads);
    }
    const Work work = work_of(what, run->steps_of_a_round());
    const MachinePeak& peak = this->peak(threads);
    const double linear_peak = choice_.linear(peak);
    const double float_peak = peak.best(PeakKind::float32);
    Figures figures;
    figures.what = what;
    figures.threads = threads;
    figures.seconds = median(wall);
    figures.cpu_seconds = median(cpu);
    figures.tokens_per_second = work.tokens / figures.seconds;
    figures.slowest = work.tokens / *std::max_element(wall.begin(), wall.end());
    figures.fastest = work.tokens / *std::min_element(wall.begin(), wall.end());
    figures.operations = (work.linear + work.head + work.attention) / figures.seconds;
    figures.bytes = work.bytes / figures.seconds;
    if (linear_peak > 0 && float_peak > 0) {
        figures.of_compute = ((work.linear + work.head) / linear_peak + work.attention / float_peak) / figures.cpu_seconds;
    }
    figures.of_bandwidth = work.bytes / peak.read() / figures.cpu_seconds;
    OperatorTimes times;
    const Cost cost = run->measure_parts(times);
    figures.parts = parts_of(times, cost, threads, work, linear_peak, float_peak);
    return figures;
}

}

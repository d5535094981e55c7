#include "report.h"

#include <cstdio>
#include <cstring>

#include "json_writer.h"

namespace preble::bench {
namespace {

constexpr double giga = 1e9;
constexpr double percent = 100;
constexpr const char* schema = "preble-engine-bench/1";

double attention_rate(const std::vector<Figures>& cases, CaseKind kind)
{
    for (const Figures& figures : cases) {
        for (const Part& part : figures.parts) {
            if (figures.what.kind == kind && std::strcmp(part.name, "attention") == 0) {
                return part.operations;
            }
        }
    }
    return 0;
}

const char* kind_name(PeakKind kind)
{
    switch (kind) {
    case PeakKind::float32: return "fp32";
    case PeakKind::bfloat16: return "bf16";
    case PeakKind::int8: return "int8";
    default: return "int8-16-bit-sums";
    }
}

void add_case(JsonWriter& json, const Figures& figures)
{
    json.begin_object().field("case", figures.what.name()).field("threads", figures.threads);
    json.field("tokensPerSecond", figures.tokens_per_second).field("slowest", figures.slowest).field("fastest", figures.fastest);
    json.field("seconds", figures.seconds).field("cpuSecondsPerThread", figures.cpu_seconds);
    json.field("gops", figures.operations / giga).field("gigabytesPerSecond", figures.bytes / giga);
    json.field("ofComputePeak", figures.of_compute).field("ofReadBandwidth", figures.of_bandwidth).field("bound", figures.bound());
    json.begin_array("parts");
    for (const Part& part : figures.parts) {
        json.begin_object().field("part", part.name).field("share", part.share).field("gops", part.operations / giga);
        json.field("ofPeak", part.of_peak).end_object();
    }
    json.end_array().end_object();
}

void add_peak(JsonWriter& json, const MachinePeak& peak)
{
    json.begin_object().field("threads", peak.threads).begin_array("instructions");
    for (const Rate& rate : peak.rates) {
        json.begin_object().field("name", rate.name).field("kind", kind_name(rate.kind)).field("gops", rate.operations / giga).end_object();
    }
    json.end_array().field("readOneStreamGBs", peak.read_one_stream / giga);
    json.field("readFourStreamsGBs", peak.read_four_streams / giga).end_object();
}

}

double Results::shared_attention() const
{
    const double without = attention_rate(cases, CaseKind::unshared);
    return without > 0 ? attention_rate(cases, CaseKind::shared) / without : 0;
}

void print_heading(const BenchOptions& options, const BenchSession& session)
{
    std::printf("machine  %s\n", pi_runtime_description());
    std::printf("model    %s; weights %s (%.0f MB held), KV %s; %d threads, %d rounds\n", session.model_name().c_str(),
                name_of(options.weights), session.weight_bytes() / 1e6, name_of(options.kv_type), options.threads, options.rounds);
    for (const auto& [threads, peak] : session.peaks()) {
        std::printf("peaks of %d thread%s, by processor time\n", threads, threads == 1 ? "" : "s");
        for (const Rate& rate : peak.rates) {
            std::printf("  %-48s %8.0f Gop/s\n", rate.name.c_str(), rate.operations / giga);
        }
        std::printf("  %-48s %8.1f GB/s\n  %-48s %8.1f GB/s\n", "read, 1 stream a thread", peak.read_one_stream / giga,
                    "read, 4 streams a thread", peak.read_four_streams / giga);
    }
    std::printf("compute fractions: linear layers of the %s, attention of the FP32 peak\n\n", session.choice().name.c_str());
    std::printf("%-18s %2s %26s %9s %8s %9s %8s  %s\n", "case", "T", "tok/s, median (min-max)", "Gop/s", "GB/s", "compute", "read",
                "bound by");
}

void print_case(const Figures& figures)
{
    char rate[64];
    std::snprintf(rate, sizeof rate, "%.1f (%.1f-%.1f)", figures.tokens_per_second, figures.slowest, figures.fastest);
    std::printf("%-18s %2d %26s %9.1f %8.2f %7.0f %% %6.0f %%  %s\n", figures.what.name().c_str(), figures.threads, rate,
                figures.operations / giga, figures.bytes / giga, percent * figures.of_compute, percent * figures.of_bandwidth,
                figures.bound());
    std::printf("    ");
    for (const Part& part : figures.parts) {
        std::printf("%s %.0f %% of the time", part.name, percent * part.share);
        if (part.operations > 0) {
            std::printf(" at %.0f Gop/s, %.0f %% of its peak", part.operations / giga, percent * part.of_peak);
        }
        std::printf("%s", &part == &figures.parts.back() ? "\n" : "; ");
    }
    std::fflush(stdout);
}

void print_end(const Results& results)
{
    for (const Scaling& scaling : results.scaling) {
        std::printf("%s: %d threads are %.2f times one\n", scaling.all.what.name().c_str(), scaling.all.threads, scaling.ratio());
    }
    if (results.shared_attention() > 0) {
        std::printf("shared prefix: %.2f times the attention throughput of the same blocks with sharing switched off\n",
                    results.shared_attention());
    }
}

std::string to_json(const BenchOptions& options, const BenchSession& session, const Results& results)
{
    JsonWriter json;
    json.begin_object().field("schema", schema).field("machine", pi_runtime_description()).field("model", session.model_name());
    json.field("weights", name_of(options.weights)).field("kvType", name_of(options.kv_type)).field("threads", options.threads);
    json.field("rounds", options.rounds).field("stepTokens", options.step_tokens).field("weightBytes", session.weight_bytes());
    json.field("linearPeak", session.choice().name).begin_array("peaks");
    for (const auto& [threads, peak] : session.peaks()) {
        add_peak(json, peak);
    }
    json.end_array().begin_array("cases");
    for (const Figures& figures : results.cases) {
        add_case(json, figures);
    }
    json.end_array().begin_array("scaling");
    for (const Scaling& scaling : results.scaling) {
        json.begin_object().field("case", scaling.all.what.name()).field("threads", scaling.all.threads).field("ratio", scaling.ratio());
        json.end_object();
    }
    json.end_array();
    if (results.shared_attention() > 0) {
        json.field("sharedAttentionRatio", results.shared_attention());
    }
    return json.end_object().text();
}

}

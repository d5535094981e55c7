#include "bench_options.h"

#include <charconv>
#include <string_view>

#include "error.h"
#include "runtime/cpu_features.h"

namespace preble::bench {
namespace {

constexpr const char* weight_names[] = {"native", "f32", "int8", "int4", "bf16"};
constexpr const char* kv_names[] = {"default", "f32", "f16", "int8"};
constexpr int most_threads = 256;
constexpr int most_rounds = 1000;
constexpr int most_step_tokens = 1 << 14;

template <size_t count>
int32_t index_of(const char* const (&names)[count], std::string_view option, std::string_view value)
{
    std::string known;
    for (size_t i = 0; i < count; ++i) {
        if (value == names[i]) {
            return static_cast<int32_t>(i);
        }
        known += known.empty() ? names[i] : std::string(", ") + names[i];
    }
    throw Error(PI_INVALID_ARGUMENT, std::string(option) + " is " + std::string(value) + ", but must be one of " + known);
}

int number(std::string_view option, std::string_view value, int most)
{
    int result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc() || end != value.data() + value.size() || result < 1 || result > most) {
        throw Error(PI_INVALID_ARGUMENT, std::string(option) + " must be a number from 1 to " + std::to_string(most));
    }
    return result;
}

std::vector<BenchCase> cases(std::string_view list)
{
    std::vector<BenchCase> result;
    for (size_t begin = 0; begin <= list.size();) {
        const size_t end = std::min(list.find(',', begin), list.size());
        const std::string_view name = list.substr(begin, end - begin);
        const std::optional<BenchCase> parsed = parse_case(name);
        if (!parsed) {
            throw Error(PI_INVALID_ARGUMENT, "--cases has \"" + std::string(name) + "\", which is no case's name");
        }
        result.push_back(*parsed);
        begin = end + 1;
    }
    return result;
}

/// Sets one option that has a value; false when there is none of this name.
bool set(BenchOptions& options, std::string_view name, std::string_view value)
{
    if (name == "--threads") {
        options.threads = number(name, value, most_threads);
    } else if (name == "--rounds") {
        options.rounds = number(name, value, most_rounds);
    } else if (name == "--step-tokens") {
        options.step_tokens = number(name, value, most_step_tokens);
    } else if (name == "--weights") {
        options.weights = static_cast<pi_weights>(index_of(weight_names, name, value));
    } else if (name == "--kv-type") {
        options.kv_type = static_cast<pi_kv_type>(index_of(kv_names, name, value));
    } else if (name == "--cases") {
        options.cases = cases(value);
        options.standard = false;
    } else {
        return false;
    }
    return true;
}

}

const char* const usage =
    "usage: engine_bench [MODEL.gguf] [options]     without a file: random weights in the shape of SmolLM2-135M\n"
    "  --threads N          as many as there are cores\n"
    "  --rounds N           5; figures are medians\n"
    "  --weights MODE       native, int8, int4, bf16 or f32: converted at load\n"
    "  --kv-type TYPE       default, f16, int8 or f32\n"
    "  --step-tokens N      512, the most that a step computes of a prompt\n"
    "  --cases A,B,...      prefill-N, prefill-N@CONTEXT, decode-BATCH@CONTEXT, copied-BATCH@CONTEXT,\n"
    "                       shared-BATCH@CONTEXT (one context for all), unshared-BATCH@CONTEXT (the same, attention shares nothing)\n"
    "  --json               one JSON document on standard output (docs/performance.md has its fields)\n"
    "  --serve              reads a case's name a line, answers each with one round as a line of JSON\n"
    "Fractions of the machine's peaks, which are measured first, are by processor time; tokens a second are by the clock.\n";

BenchOptions parse_options(int count, char** arguments)
{
    BenchOptions options;
    options.threads = available_cores();
    options.cases = standard_cases();
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (name == "--json") {
            options.json = true;
        } else if (name == "--serve") {
            options.serve = true;
        } else if (name == "--synthetic") {
            options.model.clear();
        } else if (name == "--help" || name == "-h") {
            options.help = true;
        } else if (name.substr(0, 1) != "-" && options.model.empty()) {
            options.model = name;
        } else if (i + 1 < count && set(options, name, arguments[i + 1])) {
            ++i;
        } else {
            throw Error(PI_INVALID_ARGUMENT, "cannot make sense of " + std::string(name));
        }
    }
    return options;
}

const char* name_of(pi_weights weights) { return weight_names[weights]; }
const char* name_of(pi_kv_type type) { return kv_names[type]; }

}

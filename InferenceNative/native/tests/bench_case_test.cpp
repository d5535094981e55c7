#include "bench_case.h"

#include "check.h"
#include "figures.h"

using namespace preble::bench;

TEST("a case's name is read back as the case")
{
    for (const BenchCase& what : standard_cases()) {
        const std::optional<BenchCase> parsed = parse_case(what.name());
        CHECK(parsed && parsed->kind == what.kind && parsed->count == what.count && parsed->context == what.context);
    }
    const std::optional<BenchCase> parsed = parse_case("prefill-256@2000");
    CHECK(parsed && parsed->is_prefill() && parsed->count == 256 && parsed->context == 2000);
    for (const char* const wrong : {"", "prefill-", "prefill-0", "prefill-x", "prefill-1x", "decode-4", "decode-4@0", "decode-300@512",
                                    "decode--1@5", "prefill-99999999", "512"}) {
        CHECK(!parse_case(wrong));
    }
}

TEST("weights are measured by the peak of their kind")
{
    MachinePeak peak;
    peak.rates = {{"a", PeakKind::float32, 1}, {"b", PeakKind::float32, 2}, {"c", PeakKind::bfloat16, 3},
                  {"d", PeakKind::int8, 4},    {"e", PeakKind::int8_short, 5}};
    ModelSize size;
    size.layer_weights = 10;
    const auto linear = [&](pi_weights weights) { return PeakChoice(size, weights).linear(peak); };
    CHECK(linear(PI_WEIGHTS_F32) == 2);
    CHECK(linear(PI_WEIGHTS_BF16) == 3);
    CHECK(linear(PI_WEIGHTS_INT8) == 4);
    CHECK(linear(PI_WEIGHTS_INT4) == 5);
    CHECK(linear(PI_WEIGHTS_NATIVE) == 3);
    size.eight_bit_weights = 6;
    CHECK(linear(PI_WEIGHTS_NATIVE) == 4);
    size.eight_bit_weights = 4;
    size.four_bit_weights = 6;
    CHECK(linear(PI_WEIGHTS_NATIVE) == 5);
}

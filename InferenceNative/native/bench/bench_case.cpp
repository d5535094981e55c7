#include "bench_case.h"

#include <charconv>

namespace preble::bench {
namespace {

constexpr int most_tokens = 1 << 16;
constexpr int most_sequences = 256;

struct KindName {
    CaseKind kind;
    std::string_view prefix;
};
constexpr KindName kinds[] = {{CaseKind::prefill, "prefill-"},
                              {CaseKind::decode, "decode-"},
                              {CaseKind::copied, "copied-"},
                              {CaseKind::shared, "shared-"},
                              {CaseKind::unshared, "unshared-"}};

std::optional<int> parse_number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0 && value <= most_tokens ? std::optional(value)
                                                                                                         : std::nullopt;
}

}

std::string BenchCase::name() const
{
    std::string text;
    for (const KindName& named : kinds) {
        if (named.kind == kind) {
            text = named.prefix;
        }
    }
    text += std::to_string(count);
    return context > 0 ? text + "@" + std::to_string(context) : text;
}

std::optional<BenchCase> parse_case(std::string_view text)
{
    for (const KindName& named : kinds) {
        if (text.substr(0, named.prefix.size()) != named.prefix) {
            continue;
        }
        const std::string_view numbers = text.substr(named.prefix.size());
        const size_t at = numbers.find('@');
        const std::optional<int> count = parse_number(numbers.substr(0, at));
        const std::optional<int> context = at == std::string_view::npos ? 0 : parse_number(numbers.substr(at + 1));
        if (!count || !context || *count < 1 || (named.kind != CaseKind::prefill && (*count > most_sequences || *context < 1))) {
            return std::nullopt;
        }
        return BenchCase{named.kind, *count, *context};
    }
    return std::nullopt;
}

std::vector<BenchCase> standard_cases()
{
    return {{CaseKind::prefill, 128, 0},   {CaseKind::prefill, 512, 0}, {CaseKind::prefill, 2048, 0},  {CaseKind::decode, 1, 512},
            {CaseKind::decode, 4, 512},    {CaseKind::decode, 16, 512}, {CaseKind::decode, 64, 512},   {CaseKind::copied, 16, 2048},
            {CaseKind::unshared, 16, 2048}, {CaseKind::shared, 16, 2048}};
}

}

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace preble::bench {

enum class CaseKind {
    prefill,  // one prompt, by steps as a worker takes them
    decode,   // a step of one token of each sequence, with contexts of their own
    copied,   // the same as decode, by the name that stands beside the next two: each has a copy of the context in blocks of its own
    shared,   // one context in blocks that all name, and whose attention the engine shares
    unshared, // the same blocks, with that sharing switched off
};

/// What is measured. Its name is `prefill-512`, `prefill-256@2000` (after 2,000 tokens that are there already), `decode-16@512`
/// (16 sequences), `copied-16@2048`, `shared-16@2048` or `unshared-16@2048`.
struct BenchCase {
    CaseKind kind;
    int count;   // tokens of a prefill, else sequences
    int context; // tokens before them

    std::string name() const;
    bool has_one_context() const { return kind == CaseKind::shared || kind == CaseKind::unshared; }
    bool is_prefill() const { return kind == CaseKind::prefill; }
};

/// Nothing when the text is no case's name, or its numbers are out of range.
std::optional<BenchCase> parse_case(std::string_view text);

/// The names of all that is measured when nothing else is asked for.
std::vector<BenchCase> standard_cases();

}

#include "engine/sampling_filter.h"

#include <algorithm>

namespace preble {
namespace {

struct MoreLikely {
    const float* logits;
    bool operator()(int32_t a, int32_t b) const { return logits[a] != logits[b] ? logits[a] > logits[b] : a < b; }
};

std::span<int32_t> gather(const FilterInput& input, float threshold, int32_t* candidates)
{
    int32_t count = 0;
    for (int32_t token = 0; token < input.vocabulary; ++token) {
        candidates[count] = token;
        count += input.exponentials[token] >= threshold ? 1 : 0;
    }
    return {candidates, static_cast<size_t>(count)};
}

double mass_of(const FilterInput& input, std::span<const int32_t> tokens)
{
    double mass = 0;
    for (const int32_t token : tokens) {
        mass += static_cast<double>(input.exponentials[token]);
    }
    return mass;
}

/// How many of the sorted tokens are needed to reach the mass; sorts further only as far as it must.
size_t sort_until(const FilterInput& input, std::span<int32_t> tokens, double mass)
{
    const MoreLikely before{input.logits};
    double reached = 0;
    size_t sorted = 0;
    for (size_t portion = 64; sorted < tokens.size(); portion *= 8) {
        const size_t end = std::min(tokens.size(), sorted + portion);
        std::partial_sort(tokens.begin() + static_cast<int64_t>(sorted), tokens.begin() + static_cast<int64_t>(end), tokens.end(), before);
        for (; sorted < end; ++sorted) {
            reached += static_cast<double>(input.exponentials[tokens[sorted]]);
            if (reached >= mass) {
                return sorted + 1;
            }
        }
    }
    return tokens.size();
}

}

std::span<int32_t> keep_likely(const FilterInput& input, const pi_sampling& sampling, int32_t* candidates)
{
    const size_t limit = sampling.top_k > 0 ? std::min<size_t>(static_cast<size_t>(sampling.top_k), static_cast<size_t>(input.vocabulary))
                                            : static_cast<size_t>(input.vocabulary);
    const bool by_count = limit < static_cast<size_t>(input.vocabulary);
    const bool by_mass = sampling.top_p < 1;
    // Most rows are decided by a few hundred tokens: the whole vocabulary is only looked at when those do not suffice.
    std::span<int32_t> kept;
    for (const float threshold : {1e-3f, 1e-6f, 0.0f}) {
        kept = gather(input, threshold, candidates);
        const bool enough_tokens = !by_count || kept.size() >= limit;
        const bool enough_mass = by_count || mass_of(input, kept) >= static_cast<double>(sampling.top_p) * input.total;
        if (enough_tokens && enough_mass) {
            break;
        }
    }
    if (by_count && kept.size() > limit) {
        std::nth_element(kept.begin(), kept.begin() + static_cast<int64_t>(limit) - 1, kept.end(), MoreLikely{input.logits});
        kept = kept.first(limit);
    }
    if (by_mass) {
        const double total = by_count ? mass_of(input, kept) : input.total;
        kept = kept.first(sort_until(input, kept, static_cast<double>(sampling.top_p) * total));
    }
    const auto end = std::remove_if(kept.begin(), kept.end(), [&](int32_t token) { return input.exponentials[token] < sampling.min_p; });
    return kept.first(static_cast<size_t>(end - kept.begin()));
}

}

#include "engine/sampler.h"

#include <algorithm>

#include "engine/sampling_filter.h"
#include "engine/workspace.h"

namespace preble {
namespace {

/// SplitMix64's finaliser: every bit of the input moves every bit of the output.
uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

bool has_penalty(const pi_sampling& sampling)
{
    return sampling.repetition_penalty != 1 || sampling.presence_penalty != 0 || sampling.frequency_penalty != 0;
}

int32_t first_equal(const float* logits, int vocabulary, float value)
{
    return static_cast<int32_t>(std::find(logits, logits + vocabulary, value) - logits);
}

/// The token under the mark when the kept tokens stand side by side in the order of their ids, each as wide as it is likely.
template <class TokenAt>
int32_t walk(size_t count, TokenAt token_at, const float* exponentials, double mark)
{
    double reached = 0;
    int32_t last = 0;
    for (size_t i = 0; i < count; ++i) {
        const int32_t token = token_at(i);
        if (exponentials[token] > 0) {
            reached += static_cast<double>(exponentials[token]);
            last = token;
            if (reached > mark) {
                break;
            }
        }
    }
    return last;
}

}

double uniform_number(uint64_t seed, int64_t position)
{
    const uint64_t bits = mix(mix(seed + 0x9e3779b97f4a7c15ull) + static_cast<uint64_t>(position) * 0xd1342543de82ef95ull);
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

size_t Sampler::scratch_bytes(int vocabulary)
{
    return static_cast<size_t>(padded_width(vocabulary)) * (2 * sizeof(float) + 2 * sizeof(int32_t));
}

Sampler::Sampler(const Kernels& kernels, int vocabulary, uint8_t* scratch)
    : kernels_(kernels), vocabulary_(vocabulary), adjusted_(reinterpret_cast<float*>(scratch)),
      exponentials_(adjusted_ + padded_width(vocabulary)),
      candidates_(reinterpret_cast<int32_t*>(exponentials_ + padded_width(vocabulary))), counts_(candidates_ + padded_width(vocabulary))
{
}

int32_t Sampler::choose(const float* logits, const SamplingContext& context)
{
    logits = penalize(logits, context);
    int32_t finite = 0;
    const float highest = kernels_.largest(logits, vocabulary_, &finite);
    if (finite == 0) {
        return not_a_number;
    }
    return context.sampling.temperature == 0 ? first_equal(logits, vocabulary_, highest) : draw(logits, highest, context);
}

const float* Sampler::penalize(const float* logits, const SamplingContext& context)
{
    const pi_sampling& sampling = context.sampling;
    if (!has_penalty(sampling) || context.history.empty()) {
        return logits;
    }
    std::copy(logits, logits + vocabulary_, adjusted_);
    // Twice the number of times a token was put out, plus one for having been seen at all.
    for (size_t i = 0; i < context.history.size(); ++i) {
        int32_t& count = counts_[context.history[i]];
        count = (count + (i >= static_cast<size_t>(context.prompt_tokens) ? 2 : 0)) | 1;
    }
    for (const int32_t token : context.history) {
        const int32_t count = counts_[token];
        counts_[token] = 0;
        if (count == 0) {
            continue;
        }
        float logit = adjusted_[token];
        logit = logit > 0 ? logit / sampling.repetition_penalty : logit * sampling.repetition_penalty;
        if (count > 1) {
            logit -= sampling.frequency_penalty * static_cast<float>(count / 2) + sampling.presence_penalty;
        }
        adjusted_[token] = logit;
    }
    return adjusted_;
}

int32_t Sampler::draw(const float* logits, float highest, const SamplingContext& context)
{
    const pi_sampling& sampling = context.sampling;
    // A temperature so small that its inverse overflows is greedy in all but name.
    const float factor = std::min(1.0f / sampling.temperature, 1e30f);
    const double total = kernels_.exponentials(logits, highest, factor, vocabulary_, exponentials_);
    const double uniform = uniform_number(sampling.seed, context.position);
    if (sampling.top_k == 0 && sampling.top_p == 1 && sampling.min_p == 0) {
        const auto every = [](size_t i) { return static_cast<int32_t>(i); };
        return walk(static_cast<size_t>(vocabulary_), every, exponentials_, uniform * total);
    }
    const std::span<int32_t> kept = keep_likely({logits, exponentials_, vocabulary_, total}, sampling, candidates_);
    std::sort(kept.begin(), kept.end());
    double mass = 0;
    for (const int32_t token : kept) {
        mass += static_cast<double>(exponentials_[token]);
    }
    return walk(kept.size(), [&](size_t i) { return kept[i]; }, exponentials_, uniform * mass);
}

}

#include <algorithm>
#include <cmath>
#include <numeric>

#include "backends/cpu/kernel_sets.h"
#include "check.h"
#include "engine/sampler.h"
#include "engine/workspace.h"
#include "seeded_random.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr pi_sampling plain = {1, 1, 0, 1, 0, 0, 0, 0, 0};

struct TestSampler {
    TestSampler(const Kernels& kernels, int vocabulary)
        : scratch(Sampler::scratch_bytes(vocabulary) / sizeof(float)),
          sampler(kernels, vocabulary, reinterpret_cast<uint8_t*>(scratch.data()))
    {
    }

    std::vector<float> scratch;
    Sampler sampler;
};

std::vector<float> padded(std::vector<float> logits)
{
    logits.resize(static_cast<size_t>(padded_width(static_cast<int64_t>(logits.size()))), 0.0f);
    return logits;
}

/// The dumb version: the probability that each token has after penalties and all filters, by sorting everything in double precision.
std::vector<double> plain_probabilities(std::vector<double> logits, const SamplingContext& context)
{
    const pi_sampling& s = context.sampling;
    for (size_t token = 0; token < logits.size(); ++token) {
        const auto is_token = [&](int32_t other) { return static_cast<size_t>(other) == token; };
        const auto output = context.history.begin() + context.prompt_tokens;
        const auto put_out = std::count_if(output, context.history.end(), is_token);
        if (std::any_of(context.history.begin(), context.history.end(), is_token)) {
            logits[token] = logits[token] > 0 ? logits[token] / s.repetition_penalty : logits[token] * s.repetition_penalty;
        }
        logits[token] -= static_cast<double>(put_out) * s.frequency_penalty + (put_out > 0 ? s.presence_penalty : 0.0f);
    }
    std::vector<size_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return logits[a] > logits[b]; });
    if (s.top_k > 0 && order.size() > static_cast<size_t>(s.top_k)) {
        order.resize(static_cast<size_t>(s.top_k));
    }
    const auto weight = [&](size_t token) { return std::exp((logits[token] - logits[order[0]]) / s.temperature); };
    const auto sum = [&] {
        return std::accumulate(order.begin(), order.end(), 0.0, [&](double x, size_t token) { return x + weight(token); });
    };
    const double mass = sum() * s.top_p;
    double reached = 0;
    size_t kept = 0;
    while (kept < order.size() && (kept == 0 || reached < mass)) {
        reached += weight(order[kept++]);
    }
    order.resize(s.top_p < 1 ? kept : order.size());
    while (weight(order.back()) < s.min_p) {
        order.pop_back();
    }
    const double total = sum();
    std::vector<double> result(logits.size());
    for (const size_t token : order) {
        result[token] = weight(token) / total;
    }
    return result;
}

/// The token at a point of the cumulated probabilities.
int32_t plain_choice(const std::vector<double>& probabilities, double uniform)
{
    double reached = 0;
    for (size_t token = 0; token < probabilities.size(); ++token) {
        reached += probabilities[token];
        if (reached > uniform) {
            return static_cast<int32_t>(token);
        }
    }
    return -2;
}

}

TEST("greedy takes the highest logit, and the lowest id among equals")
{
    for (const NamedKernels& set : kernels_to_test()) {
        std::vector<float> logits(77, -1.0f);
        logits[40] = logits[13] = logits[70] = 2.5f;
        pi_sampling greedy = plain;
        greedy.temperature = 0;
        TestSampler test(*set.kernels, 77);
        CHECK(test.sampler.choose(padded(logits).data(), {greedy, {}, 0, 5}) == 13);
        logits[20] = NAN;
        CHECK(test.sampler.choose(padded(logits).data(), {greedy, {}, 0, 5}) == Sampler::not_a_number);
    }
}

TEST("penalties, temperature and filters choose as the dumb version does")
{
    for (const NamedKernels& set : kernels_to_test()) {
        SeededRandom random(12);
        const int vocabulary = 700;
        TestSampler test(*set.kernels, vocabulary);
        int filtered = 0;
        int penalized = 0;
        for (int round = 0; round < 400; ++round) {
            std::vector<float> logits;
            for (int i = 0; i < vocabulary; ++i) {
                // Coarse steps, so that equal logits are common.
                logits.push_back(std::round(random.normal() * 12.0f) / 4.0f);
            }
            std::vector<int32_t> history;
            for (int i = random.below(60); i > 0; --i) {
                history.push_back(random.below(40));
            }
            const int prompt = random.below(static_cast<int>(history.size()) + 1);
            pi_sampling s = plain;
            s.temperature = random.uniform(0.3f, 2.0f);
            s.top_k = random.below(3) == 0 ? 1 + random.below(90) : 0;
            s.top_p = random.below(3) == 0 ? random.uniform(0.05f, 1.0f) : 1.0f;
            s.min_p = random.below(3) == 0 ? random.uniform(0.0f, 0.3f) : 0.0f;
            s.repetition_penalty = random.below(2) == 0 ? 1.3f : 1.0f;
            s.presence_penalty = random.below(3) == 0 ? 0.7f : 0.0f;
            s.frequency_penalty = random.below(3) == 0 ? 0.4f : 0.0f;
            s.seed = static_cast<uint64_t>(round);
            const SamplingContext context = {s, history, prompt, round};
            const std::vector<double> probabilities = plain_probabilities({logits.begin(), logits.end()}, context);
            const double uniform = uniform_number(s.seed, round);
            const int32_t chosen = test.sampler.choose(padded(logits).data(), context);
            // At a boundary of two tokens either is right: rounding decides.
            const int32_t low = plain_choice(probabilities, uniform - 1e-5);
            const int32_t high = plain_choice(probabilities, std::min(uniform + 1e-5, 0.9999999));
            CHECK(chosen == plain_choice(probabilities, uniform) || chosen == low || chosen == high);
            filtered += s.top_k > 0 || s.top_p < 1 || s.min_p > 0;
            penalized += !history.empty() && s.repetition_penalty != 1;
        }
        CHECK(filtered > 100 && penalized > 100);
    }
}

TEST("the choice depends on seed and position only, and follows the distribution")
{
    const int vocabulary = 16;
    TestSampler test(portable_kernels(), vocabulary);
    SeededRandom random(13);
    const std::vector<float> logits = padded(random.normals(vocabulary));
    const std::vector<double> probabilities = plain_probabilities({logits.begin(), logits.begin() + vocabulary}, {plain, {}, 0, 0});
    std::vector<int> counts(vocabulary);
    const int draws = 40000;
    for (int i = 0; i < draws; ++i) {
        pi_sampling s = plain;
        s.seed = static_cast<uint64_t>(i / 200);
        const int32_t token = test.sampler.choose(logits.data(), {s, {}, 0, i % 200});
        CHECK(token == test.sampler.choose(logits.data(), {s, {}, 0, i % 200}));
        ++counts[static_cast<size_t>(token)];
    }
    double chi_square = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        const double expected = probabilities[i] * draws;
        chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    // Fifteen degrees of freedom: above 37.7 once in a thousand.
    CHECK(chi_square < 37.7);
}

#pragma once

#include <cstdint>
#include <span>

#include "backends/cpu/kernels.h"
#include "preble_inference.h"

namespace preble {

/// What is known of a sequence where its next token is chosen.
struct SamplingContext {
    const pi_sampling& sampling;
    std::span<const int32_t> history;  // prompt, then output
    int32_t prompt_tokens;             // how many of the history are prompt
    int32_t position;                  // of the token to be chosen
};

/// A number from 0 up to 1 that depends on the seed and the position and nothing else.
double uniform_number(uint64_t seed, int64_t position);

/// Chooses a token from a row of logits. Stateless but for its scratch memory, which is zero before and after.
class Sampler {
public:
    static constexpr int32_t not_a_number = -1;

    static size_t scratch_bytes(int vocabulary);

    Sampler(const Kernels& kernels, int vocabulary, uint8_t* scratch);

    /// The chosen token, or not_a_number when a logit is infinite or no number. Reads `logits` up to its padding and leaves it as it is.
    int32_t choose(const float* logits, const SamplingContext& context);

private:
    const float* penalize(const float* logits, const SamplingContext& context);
    int32_t draw(const float* logits, float highest, const SamplingContext& context);

    const Kernels& kernels_;
    int vocabulary_;
    float* adjusted_;       // logits after penalties
    float* exponentials_;   // of the logits, relative to the highest
    int32_t* candidates_;
    int32_t* counts_;       // by token; zero between calls
};

}

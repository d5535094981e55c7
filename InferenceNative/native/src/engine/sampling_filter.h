#pragma once

#include <cstdint>
#include <span>

#include "preble_inference.h"

namespace preble {

/// A row as the filters see it: logits after penalties, and their exponentials after temperature, relative to the highest (so at most 1).
struct FilterInput {
    const float* logits;
    const float* exponentials;
    int vocabulary;
    double total;  // sum of the exponentials
};

/// The tokens that top-k, then top-p, then min-p keep, in no particular order, in the memory given. Higher logits go first, lower ids among
/// equals.
std::span<int32_t> keep_likely(const FilterInput& input, const pi_sampling& sampling, int32_t* candidates);

}

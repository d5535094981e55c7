#pragma once

#include "backends/cpu/kernels.h"

namespace preble {

/// Runs every kernel of a set on a small problem and compares with the same kernel of the set that is the truth.
/// Returns the name of the first one that disagrees; null when all agree.
const char* first_disagreement(const Kernels& candidate, const Kernels& truth);

/// Nanoseconds of a small matrix product of the kind that prefill consists of: the best of a few runs, a few milliseconds in all.
double small_integer_product_time(const Kernels& kernels);
double small_bfloat_product_time(const Kernels& kernels);

}

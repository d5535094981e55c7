#pragma once

#include <string>
#include <vector>

#include "bench_case.h"
#include "preble_inference.h"

namespace preble::bench {

struct BenchOptions {
    std::string model; // empty: the synthetic one
    int threads = 0;   // never 0 once parsed
    int rounds = 5;
    int step_tokens = 512;
    pi_weights weights = PI_WEIGHTS_NATIVE;
    pi_kv_type kv_type = PI_KV_DEFAULT;
    std::vector<BenchCase> cases;
    bool standard = true; // the cases are those that are always measured, thread scaling included
    bool json = false;
    bool serve = false;
    bool help = false;
};

extern const char* const usage;

/// Throws an Error with a sentence on what makes no sense.
BenchOptions parse_options(int count, char** arguments);

/// The option's words for its values, in the order of their numbers.
const char* name_of(pi_weights weights);
const char* name_of(pi_kv_type type);

}

#pragma once

#include <vector>

#include "model/config.h"
#include "model/weights.h"

/// A loaded model: immutable, shared by any number of engines, and it must outlive them.
struct pi_model {
    preble::Config config;
    const preble::Kernels* kernels = nullptr;
    std::vector<float> inverse_frequencies;
    preble::Weights weights;
};

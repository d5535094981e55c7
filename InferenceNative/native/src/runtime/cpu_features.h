#pragma once

#include <string>

namespace preble {

/// What this processor and its operating system can execute, as far as the kernels care.
struct CpuFeatures {
    bool avx2 = false;   // with FMA and F16C
    bool avx512 = false; // F, BW, DQ, VL and VNNI
};

CpuFeatures detect_cpu_features();

/// The processor's own name, or its architecture when it does not say.
std::string cpu_name();

/// Processors that this process may use.
int available_cores();

}

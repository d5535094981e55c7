#pragma once

#include <string>
#include <vector>

namespace preble {

/// What this processor and its operating system can execute, as far as the kernels care.
struct CpuFeatures {
    bool avx2 = false;         // with FMA and F16C
    bool avx512 = false;       // F, BW, DQ, VL and VNNI
    bool avx512_bf16 = false;  // the same with BF16 dot products
};

CpuFeatures detect_cpu_features();

/// The processor's own name, or its architecture when it does not say.
std::string cpu_name();

/// Numbers of the processors that this process may use, ascending; empty when the system does not say.
std::vector<int> process_cores();

/// Processors that this process may use.
int available_cores();

}

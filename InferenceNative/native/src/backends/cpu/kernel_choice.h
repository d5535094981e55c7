#pragma once

#include <string>

#include "backends/cpu/kernels.h"
#include "preble_inference.h"

namespace preble {

/// Which kernels this process computes with, and why.
struct KernelChoice {
    const Kernels* kernels = nullptr;  // null when the environment asked for something that cannot be had
    pi_status status = PI_OK;
    std::string description;
};

/// Chooses by what the processor has, what agrees with the portable kernels, and what is fastest; `requested` (or null) overrides the
/// speed.
KernelChoice choose_kernels(const char* requested);

/// The process's choice, made at the first call; PREBLE_CPU_KERNEL may name a set.
const KernelChoice& process_kernels();

}

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
/// speed. What is fastest is measured once for each processor and build, and kept in `folder` (or nowhere when it is empty).
KernelChoice choose_kernels(const char* requested, const std::string& folder = "");

/// Where the process's choice is kept; nowhere without this call. Heeded before the first call of process_kernels() only.
void keep_process_kernels_in(const char* folder);

/// The process's choice, made at the first call; PREBLE_CPU_KERNEL may name a set.
const KernelChoice& process_kernels();

}

#pragma once

#include <string>
#include <vector>

#include "backends/cpu/kernels.h"
#include "model/pack.h"

namespace preble::testing {

struct NamedKernels {
    std::string name;
    const Kernels* kernels;
};

/// Every kernel set that this processor can run, and the portable one at sixteen lanes, which has the shape of AVX-512 without its
/// instructions; or the one that PREBLE_TEST_KERNELS names. Says on the first call what is left out.
const std::vector<NamedKernels>& kernels_to_test();

/// A matrix packed from a file's bytes, with its memory.
struct PackedForTest {
    PackedForTest(const Kernels& kernels, pi_type type, pi_weights weights, const std::vector<uint8_t>& bytes, int rows, int columns);

    Matrix matrix;
    std::vector<uint8_t> memory;
};

}

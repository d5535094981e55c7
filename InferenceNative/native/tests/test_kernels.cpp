#include "test_kernels.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "backends/cpu/isa_portable.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/kernel_table.h"
#include "model/dequantize.h"
#include "runtime/cpu_features.h"

namespace preble::testing {
namespace {

const Kernels& wide_portable_kernels()
{
    static constexpr Kernels kernels = make_kernels<Portable<16>>("portable, 16 lanes");
    return kernels;
}

std::vector<NamedKernels> find_kernels()
{
    std::vector<NamedKernels> result = {{"portable", &portable_kernels()}, {"portable, 16 lanes", &wide_portable_kernels()}};
#if defined(__x86_64__)
    const CpuFeatures features = detect_cpu_features();
    if (features.avx2) {
        result.push_back({"avx2", &avx2_kernels()});
    } else {
        std::printf("skipped  all of avx2: this processor has not got it\n");
    }
    if (features.avx512) {
        result.push_back({"avx512", &avx512_kernels()});
    } else {
        std::printf("skipped  all of avx512: this processor has not got it\n");
    }
#endif
    // Where everything is a thousand times slower, one set at a time is enough.
    if (const char* const only = std::getenv("PREBLE_TEST_KERNELS")) {
        std::erase_if(result, [&](const NamedKernels& set) { return set.name != only; });
        if (result.empty()) {
            throw std::runtime_error(std::string("PREBLE_TEST_KERNELS: this processor has no kernels named ") + only);
        }
    }
    return result;
}

}

const std::vector<NamedKernels>& kernels_to_test()
{
    static const std::vector<NamedKernels> kernels = find_kernels();
    return kernels;
}

PackedForTest::PackedForTest(const Kernels& kernels, pi_type type, pi_weights weights, const std::vector<uint8_t>& bytes, int rows,
                             int columns)
    : matrix(plan_matrix(packed_form(type, weights), rows, columns, kernels)), memory(static_cast<size_t>(matrix_bytes(matrix)))
{
    std::vector<float> buffer(static_cast<size_t>(columns));
    for (int group = 0; group < matrix.groups; ++group) {
        pack_group(matrix, type, bytes.data(), group, memory.data() + group * matrix.group_bytes, buffer.data());
    }
    matrix.data = memory.data();
}

}

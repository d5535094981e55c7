#include <cmath>

#include "backends/cpu/bf16_kernel_sets.h"
#include "backends/cpu/isa_portable_bf16.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/multiply_bfloat_dot.h"
#include "product_check.h"
#include "quantized_file.h"
#include "runtime/cpu_features.h"

// Products in BF16 dot products: their own arithmetic, which every set that has it computes bit for bit.
using namespace preble;
using namespace preble::testing;

namespace {

const Kernels& wide_portable_dots()
{
    static const Kernels kernels = [] {
        Kernels result = portable_kernels();
        result.float_group = 32;
        result.multiply[form_bf16] = multiply_bfloat_dot<PortablePairs<16>>;
        return result;
    }();
    return kernels;
}

std::vector<NamedKernels> sets_with_dots()
{
    std::vector<NamedKernels> result = {{"portable-bf16", &portable_bf16_kernels()}, {"portable-bf16, 16 lanes", &wide_portable_dots()}};
#if defined(__x86_64__)
    if (detect_cpu_features().avx512_bf16) {
        result.push_back({"avx512-bf16", &avx512_bf16_kernels()});
    } else {
        std::printf("skipped  avx512-bf16: this processor has not got it\n");
    }
#endif
    return result;
}

float without_subnormals(float value) { return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value; }

/// Rounds by arithmetic: to eight significant bits, ties to even.
float rounded(float value)
{
    const float normal = without_subnormals(value);
    if (normal == 0) {
        return normal;
    }
    int exponent = 0;
    const float fraction = std::frexp(normal, &exponent);
    return std::ldexp(std::nearbyint(fraction * 256.0f), exponent - 8);
}

float added(float sum, float a, float b) { return without_subnormals(std::fma(without_subnormals(a), without_subnormals(b), sum)); }

struct Problem {
    Problem(uint64_t seed, int row_count, int output_count, int column_count)
        : rows(row_count), outputs(output_count), columns(column_count), random(seed),
          x(random.normals(static_cast<size_t>(rows * columns))), file(random_tensor(random, PI_TYPE_BF16, outputs * columns, 1.0f))
    {
        for (size_t i = 0; i < x.size(); ++i) {
            // Too small to count, halfway between two BF16 numbers, and products too small to count.
            x[i] = i % 11 == 3 ? 1e-39f * x[i] : i % 13 == 5 ? 1.0f + 0x1p-8f * static_cast<float>(1 + i % 4) : i % 17 == 6 ? 0x1p-126f : x[i];
        }
    }

    Activations view() const { return {x.data(), columns, nullptr, 0, nullptr, nullptr, nullptr, 0}; }

    float expected(int row, int output) const
    {
        const uint8_t* const weights = file.data() + static_cast<size_t>(output) * static_cast<size_t>(columns) * 2;
        const auto term = [&](float sum, int column) {
            if (column >= columns) {
                return sum;
            }
            const float value = rounded(x[static_cast<size_t>(row * columns + column)]);
            return added(sum, static_cast<float>(plain_weight(PI_TYPE_BF16, weights, column)), value);
        };
        float sum = 0;
        for (int column = 0; column < columns; column += 2) {
            sum = term(term(sum, column + 1), column);
        }
        return sum;
    }

    int rows;
    int outputs;
    int columns;
    SeededRandom random;
    std::vector<float> x;
    std::vector<uint8_t> file;
};

void check_bits(const NamedKernels& set, const Problem& problem)
{
    const PackedForTest packed(*set.kernels, PI_TYPE_BF16, PI_WEIGHTS_NATIVE, problem.file, problem.outputs, problem.columns);
    const Matrix& matrix = packed.matrix;
    const std::vector<float> expected = expected_products(problem, matrix.groups * matrix.group);
    for (int count = 1; count <= problem.rows; count += 1 + count / 4) {
        const int begin = problem.rows - count;
        check_part(*set.kernels, matrix, problem.view(), expected, {begin, begin + count, count % matrix.groups, matrix.groups});
    }
}

}

TEST("BF16 dot products equal a scalar loop bit for bit, whatever rows, groups and blocks of inputs are computed together")
{
    for (const NamedKernels& set : sets_with_dots()) {
        check_bits(set, Problem(51, 19, 299, 33));
        check_bits(set, Problem(52, 3, 70, 1100));
        check_bits(set, Problem(53, 70, 40, 12));
        check_bits(set, Problem(54, 2, 40, 1));
    }
}

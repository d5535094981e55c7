#include <cmath>

#include "product_check.h"
#include "quantized_file.h"

// Products of float weights have no tolerance: every output is one chain of fused multiply-adds in the order of the inputs.
using namespace preble;
using namespace preble::testing;

namespace {

constexpr pi_type float_types[] = {PI_TYPE_F32, PI_TYPE_F16, PI_TYPE_BF16};

struct Problem {
    Problem(uint64_t seed, pi_type float_type, int row_count, int output_count, int column_count)
        : type(float_type), rows(row_count), outputs(output_count), columns(column_count), random(seed),
          x(random.normals(static_cast<size_t>(rows * columns))), file(random_tensor(random, type, outputs * columns, 1.0f))
    {
    }

    Activations view() const { return {x.data(), columns, nullptr, 0, nullptr, nullptr, nullptr, 0}; }

    /// The truth: one scalar loop.
    float expected(int row, int output) const
    {
        const uint8_t* const weights = file.data() + file.size() / static_cast<size_t>(outputs) * static_cast<size_t>(output);
        float sum = 0;
        for (int column = 0; column < columns; ++column) {
            const float weight = static_cast<float>(plain_weight(type, weights, column));
            sum = std::fma(x[static_cast<size_t>(row * columns + column)], weight, sum);
        }
        return sum;
    }

    pi_type type;
    int rows;
    int outputs;
    int columns;
    SeededRandom random;
    std::vector<float> x;
    std::vector<uint8_t> file;
};

/// Every row count that tiles can be cut from, some groups of the matrix, and an odd count of inputs: all must equal the scalar loop.
void check_bits(const NamedKernels& set, const Problem& problem)
{
    const PackedForTest packed(*set.kernels, problem.type, PI_WEIGHTS_NATIVE, problem.file, problem.outputs, problem.columns);
    const Matrix& matrix = packed.matrix;
    const std::vector<float> expected = expected_products(problem, matrix.groups * matrix.group);
    for (int count = 1; count <= problem.rows; ++count) {
        const int begin = count % 3 < problem.rows - count ? count % 3 : 0;
        const int first = count % matrix.groups;
        const int end = first + 1 + (count * 7) % (matrix.groups - first);
        check_part(*set.kernels, matrix, problem.view(), expected, {begin, begin + count, first, end});
    }
}

}

TEST("float products equal a scalar loop of fused multiply-adds bit for bit, with every kernel set and any rows and groups")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : float_types) {
            check_bits(set, Problem(type + 20, type, 19, 299, 33));
        }
    }
}

TEST("one input, and more rows than any tile has, are no special cases of a float product")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : float_types) {
            check_bits(set, Problem(type + 21, type, 3, 40, 1));
            check_bits(set, Problem(type + 22, type, 41, 70, 12));
        }
    }
}

#include <algorithm>
#include <cmath>

#include "check.h"
#include "quantized_file.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr int columns = 160;
constexpr int outputs = 75;
constexpr int stride = 96;

/// Rows for the kernels, quantised by the set under test.
struct TestInputs {
    TestInputs(const Kernels& kernels, SeededRandom& random, int rows)
        : floats(random.normals(static_cast<size_t>(rows * columns))), bytes(floats.size()), scales(floats.size() / 32),
          scaled_sums(scales.size()), sums(scales.size())
    {
        // An outlier, as real activations have them, and a block of zeros.
        floats[5] = 40.0f;
        std::fill(floats.begin() + 64, floats.begin() + 96, 0.0f);
        for (int row = 0; row < rows; ++row) {
            const size_t block = static_cast<size_t>(row * columns / 32);
            kernels.quantize(&floats[static_cast<size_t>(row * columns)], columns, &bytes[static_cast<size_t>(row * columns)],
                             &scales[block], &scaled_sums[block], &sums[block]);
        }
    }

    Activations view() const
    {
        return {floats.data(), columns, bytes.data(), columns, scales.data(), scaled_sums.data(), sums.data(), columns / 32};
    }

    /// What the kernel is given at (row, column): for integer forms the quantised value.
    double value(int row, int column, bool quantized) const
    {
        const size_t at = static_cast<size_t>(row * columns + column);
        return quantized ? static_cast<double>(bytes[at]) * scales[at / 32] : static_cast<double>(floats[at]);
    }

    std::vector<float> floats;
    std::vector<int8_t> bytes;
    std::vector<float> scales;
    std::vector<float> scaled_sums;
    std::vector<BlockSums> sums;
};

std::vector<float> multiply(const Kernels& kernels, const Matrix& matrix, const TestInputs& inputs, int begin, int end, int rows)
{
    std::vector<float> out(static_cast<size_t>(rows * stride), 0.0f);
    kernels.multiply[matrix.form](matrix, inputs.view(), {begin, end, 0, matrix.groups, out.data(), stride, 0});
    return out;
}

void check_against_plain(const NamedKernels& set, pi_type type)
{
    SeededRandom random(type + 10);
    const int rows = 19;
    const TestInputs inputs(*set.kernels, random, rows);
    CHECK(is_interesting(inputs.floats));
    const std::vector<uint8_t> file = random_tensor(random, type, outputs * columns, 1.0f);
    const PackedForTest packed(*set.kernels, type, PI_WEIGHTS_NATIVE, file, outputs, columns);
    const bool integer = is_integer_form(packed.matrix.form);
    const std::vector<float> actual = multiply(*set.kernels, packed.matrix, inputs, 0, rows, rows);
    CHECK(is_interesting(actual));
    for (int row = 0; row < rows; ++row) {
        for (int output = 0; output < stride; ++output) {
            double expected = 0;
            double size = 0;
            for (int column = 0; column < columns && output < outputs; ++column) {
                const uint8_t* const from = file.data() + file.size() / outputs * static_cast<size_t>(output);
                const double term = plain_weight(type, from, column) * inputs.value(row, column, integer);
                expected += term;
                size += std::fabs(term);
            }
            CHECK(std::fabs(actual[static_cast<size_t>(row * stride + output)] - expected) <= 2e-6 * size);
        }
    }
}

}

TEST("quantised activations keep every value within half a step, in int8 without -128")
{
    for (const NamedKernels& set : kernels_to_test()) {
        SeededRandom random(3);
        const TestInputs inputs(*set.kernels, random, 4);
        for (size_t i = 0; i < inputs.floats.size(); ++i) {
            const float step = inputs.scales[i / 32];
            CHECK(std::fabs(inputs.floats[i] - step * inputs.bytes[i]) <= step * 0.50001f);
            CHECK(inputs.bytes[i] >= -127);
        }
        for (size_t block = 0; block < inputs.sums.size(); ++block) {
            int32_t sum = 0;
            for (size_t i = 0; i < 32; ++i) {
                sum += inputs.bytes[block * 32 + i];
            }
            CHECK(inputs.sums[block].all == sum);
            CHECK(inputs.scaled_sums[block] == inputs.scales[block] * static_cast<float>(sum));
        }
    }
}

TEST("products of each type equal sums in double precision, with every kernel set")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : {PI_TYPE_F32, PI_TYPE_F16, PI_TYPE_BF16, PI_TYPE_Q4_0, PI_TYPE_Q4_1, PI_TYPE_Q8_0}) {
            check_against_plain(set, type);
        }
    }
}

TEST("extreme codes and activations do not overflow the integer sums")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : {PI_TYPE_Q4_1, PI_TYPE_Q8_0}) {
            SeededRandom random(4);
            TestInputs inputs(*set.kernels, random, 2);
            std::fill(inputs.floats.begin(), inputs.floats.begin() + columns, 3.0f);
            std::fill(inputs.floats.begin() + columns, inputs.floats.end(), -3.0f);
            for (int row = 0; row < 2; ++row) {
                set.kernels->quantize(&inputs.floats[static_cast<size_t>(row * columns)], columns,
                                      &inputs.bytes[static_cast<size_t>(row * columns)], &inputs.scales[static_cast<size_t>(row * 5)],
                                      &inputs.scaled_sums[static_cast<size_t>(row * 5)], &inputs.sums[static_cast<size_t>(row * 5)]);
            }
            std::vector<uint8_t> file = random_tensor(random, type, outputs * columns, 1.0f);
            const size_t block = type == PI_TYPE_Q4_1 ? 20 : 34;
            for (size_t i = 0; i < file.size(); ++i) {
                if (i % block >= (type == PI_TYPE_Q4_1 ? 4u : 2u)) {
                    file[i] = type == PI_TYPE_Q4_1 ? 0xff : 0x80;
                }
            }
            const PackedForTest packed(*set.kernels, type, PI_WEIGHTS_NATIVE, file, outputs, columns);
            const std::vector<float> actual = multiply(*set.kernels, packed.matrix, inputs, 0, 2, 2);
            for (int output = 0; output < outputs; ++output) {
                double expected = 0;
                for (int column = 0; column < columns; ++column) {
                    expected += plain_weight(type, file.data() + file.size() / outputs * static_cast<size_t>(output), column) * 3.0;
                }
                CHECK(std::fabs(actual[static_cast<size_t>(output)] - expected) <= 1e-5 * std::fabs(expected) + 1e-3);
                CHECK(actual[static_cast<size_t>(output)] == -actual[static_cast<size_t>(stride + output)]);
            }
        }
    }
}

TEST("a row's bits do not depend on the rows computed with it, and accumulating adds once")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : {PI_TYPE_F32, PI_TYPE_BF16, PI_TYPE_Q4_1, PI_TYPE_Q8_0}) {
            SeededRandom random(5);
            const int rows = 17;
            const TestInputs inputs(*set.kernels, random, rows);
            const std::vector<uint8_t> file = random_tensor(random, type, outputs * columns, 1.0f);
            const PackedForTest packed(*set.kernels, type, PI_WEIGHTS_NATIVE, file, outputs, columns);
            const std::vector<float> together = multiply(*set.kernels, packed.matrix, inputs, 0, rows, rows);
            std::vector<float> twice = together;
            set.kernels->multiply[packed.matrix.form](packed.matrix, inputs.view(),
                                                      {0, rows, 0, packed.matrix.groups, twice.data(), stride, 1});
            for (size_t i = 0; i < together.size(); ++i) {
                CHECK(twice[i] == together[i] + together[i]);
            }
            for (int row = 0; row < rows; ++row) {
                const std::vector<float> alone = multiply(*set.kernels, packed.matrix, inputs, row, row + 1, rows);
                CHECK(std::equal(alone.begin() + row * stride, alone.begin() + (row + 1) * stride, together.begin() + row * stride));
            }
        }
    }
}

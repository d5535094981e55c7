#pragma once

#include <vector>

#include "check.h"
#include "seeded_random.h"
#include "test_kernels.h"

namespace preble::testing {

/// A product's outputs by problem.expected(row, output), a row as wide as the matrix is packed.
template <class Problem>
std::vector<float> expected_products(const Problem& problem, int stride)
{
    std::vector<float> expected(static_cast<size_t>(problem.rows * stride), 0.0f);
    for (int row = 0; row < problem.rows; ++row) {
        for (int output = 0; output < problem.outputs; ++output) {
            expected[static_cast<size_t>(row * stride + output)] = problem.expected(row, output);
        }
    }
    CHECK(is_interesting(expected));
    return expected;
}

struct Part {
    int row_begin;
    int row_end;
    int group_begin;
    int group_end;
};

/// Computes a part of a product, once into memory that must keep its value elsewhere and once on top of what is there: all bits must be the
/// expected ones.
inline void check_part(const Kernels& kernels, const Matrix& matrix, const Activations& x, const std::vector<float>& expected, const Part& part)
{
    constexpr float untouched = -77.0f;
    const int stride = matrix.groups * matrix.group;
    std::vector<float> out(expected.size(), untouched);
    std::vector<float> twice = expected;
    for (const bool accumulate : {false, true}) {
        float* const to = accumulate ? twice.data() : out.data();
        kernels.multiply[matrix.form](matrix, x, {part.row_begin, part.row_end, part.group_begin, part.group_end, to, stride, accumulate});
    }
    for (size_t place = 0; place < expected.size(); ++place) {
        const int row = static_cast<int>(place) / stride;
        const int group = static_cast<int>(place) % stride / matrix.group;
        const bool inside = row >= part.row_begin && row < part.row_end && group >= part.group_begin && group < part.group_end;
        CHECK(out[place] == (inside ? expected[place] : untouched));
        CHECK(twice[place] == (inside ? expected[place] + expected[place] : expected[place]));
    }
}

}

#include <cmath>

#include "check.h"
#include "seeded_random.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

TEST("the exponential is within 3e-7 of the true one, exact at its ends")
{
    for (const NamedKernels& set : kernels_to_test()) {
        const int count = 4096;
        std::vector<float> x(count);
        std::vector<float> out(count);
        for (int i = 0; i < count; ++i) {
            x[static_cast<size_t>(i)] = -86.9f * static_cast<float>(i) / count;
        }
        double sum = 0;
        const double total = set.kernels->exponentials(x.data(), 0.0f, 1.0f, count, out.data());
        for (size_t i = 0; i < x.size(); ++i) {
            const double expected = std::exp(static_cast<double>(x[i]));
            CHECK(std::fabs(out[i] - expected) <= 3e-7 * expected);
            sum += expected;
        }
        CHECK(std::fabs(total - sum) <= 1e-5 * sum);
        CHECK(out[0] == 1.0f);
        x.assign(32, -INFINITY);
        x[1] = -200.0f;
        set.kernels->exponentials(x.data(), 0.0f, 1.0f, 32, out.data());
        CHECK(out[0] == 0.0f && out[1] == 0.0f);
    }
}

TEST("norm, gate and rotation equal their formulas in double precision")
{
    for (const NamedKernels& set : kernels_to_test()) {
        SeededRandom random(6);
        const int width = 90;
        const int padded = 96;
        std::vector<float> row = random.normals(padded);
        std::vector<float> weight = random.normals(padded);
        double squares = 0;
        for (int i = 0; i < padded; ++i) {
            if (i >= width) {
                row[static_cast<size_t>(i)] = weight[static_cast<size_t>(i)] = 0;
            }
            squares += static_cast<double>(row[static_cast<size_t>(i)]) * row[static_cast<size_t>(i)];
        }
        std::vector<float> out(padded, 7.0f);
        set.kernels->normalize(row.data(), weight.data(), 1e-5f, width, padded, out.data());
        std::vector<float> gated = row;
        set.kernels->gate_silu(gated.data(), weight.data(), padded);
        for (size_t i = 0; i < static_cast<size_t>(padded); ++i) {
            const double x = row[i];
            CHECK(std::fabs(out[i] - x * weight[i] / std::sqrt(squares / width + 1e-5)) < 1e-6);
            CHECK(std::fabs(gated[i] - x / (1 + std::exp(-x)) * weight[i]) < 1e-6);
            CHECK(i < static_cast<size_t>(width) || (out[i] == 0 && gated[i] == 0));
        }
        std::vector<float> gelu = row;
        set.kernels->gate_gelu(gelu.data(), weight.data(), padded);
        std::vector<float> capped = row;
        set.kernels->softcap(capped.data(), 0.7f, padded);
        for (size_t i = 0; i < static_cast<size_t>(padded); ++i) {
            const double x = row[i];
            const double inner = std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x);
            CHECK(std::fabs(gelu[i] - x / 2 * (1 + std::tanh(inner)) * weight[i]) < 1e-6);
            CHECK(std::fabs(capped[i] - 0.7 * std::tanh(x / 0.7)) < 1e-6);
        }
        for (const float extreme : {INFINITY, -INFINITY, NAN}) {
            capped[3] = extreme;
            set.kernels->softcap(capped.data(), 0.7f, padded);
            CHECK(!std::isfinite(capped[3]) && std::isfinite(capped[4]));
        }
        const float cosine[] = {0.6f, 0.28f};
        const float sine[] = {0.8f, 0.96f};
        float pairs[] = {1, 2, 3, 4};
        set.kernels->rotate(pairs, cosine, sine, 4, 0);
        CHECK(std::fabs(pairs[0] - (0.6f - 1.6f)) < 1e-6f && std::fabs(pairs[1] - (1.2f + 0.8f)) < 1e-6f);
        CHECK(std::fabs(pairs[2] - (0.84f - 3.84f)) < 1e-6f && std::fabs(pairs[3] - (1.12f + 2.88f)) < 1e-6f);
        float halves[] = {1, 3, 2, 4};
        set.kernels->rotate(halves, cosine, sine, 4, 1);
        CHECK(halves[0] == pairs[0] && halves[1] == pairs[2] && halves[2] == pairs[1] && halves[3] == pairs[3]);
    }
}

TEST("the largest of a row is found in every place, and whether all are numbers")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (int place = 0; place < 45; ++place) {
            std::vector<float> row(64, -3.0f);
            row[static_cast<size_t>(place)] = -1.0f;
            row[45] = NAN;  // past the end
            int32_t finite = 0;
            CHECK(set.kernels->largest(row.data(), 45, &finite) == -1.0f);
            CHECK(finite == 1);
            for (const float bad : {NAN, INFINITY, -INFINITY}) {
                row[static_cast<size_t>(place)] = bad;
                set.kernels->largest(row.data(), 45, &finite);
                CHECK(finite == 0);
            }
        }
    }
}

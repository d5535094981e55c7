#include <cmath>

#include "check.h"
#include "model/dequantize.h"
#include "model/half.h"
#include "model/pack.h"
#include "quantized_file.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr pi_type all_types[] = {PI_TYPE_F32, PI_TYPE_F16, PI_TYPE_BF16, PI_TYPE_Q4_0, PI_TYPE_Q4_1, PI_TYPE_Q8_0};

}

TEST("every half converts to float and back as its definition says")
{
    for (uint32_t bits = 0; bits < 65536; ++bits) {
        const uint16_t half = static_cast<uint16_t>(bits);
        const float expected = half_value(reinterpret_cast<const uint8_t*>(&half));
        if (std::isnan(expected)) {
            CHECK(std::isnan(half_to_float(half)));
            continue;
        }
        CHECK(half_to_float(half) == expected);
        CHECK(float_to_half(expected) == half);
        // Half-way between two halves rounds to the even one, a little more or less does not.
        if (std::isfinite(expected) && (bits & 0x7fff) < 0x7bff) {
            const uint16_t next = static_cast<uint16_t>(bits + 1);
            const float middle = (expected + half_to_float(next)) / 2;
            CHECK(float_to_half(middle) == (bits % 2 == 0 ? half : next));
            CHECK(float_to_half(std::nextafter(middle, expected)) == half);
        }
    }
}

TEST("a row of each type dequantises as its format describes")
{
    SeededRandom random(1);
    for (const pi_type type : all_types) {
        const std::vector<uint8_t> bytes = random_tensor(random, type, 320, 1.0f);
        CHECK(static_cast<int64_t>(bytes.size()) == row_bytes(type, 320));
        std::vector<float> out(320);
        dequantize_row(type, bytes.data(), 320, out.data());
        CHECK(is_interesting(out));
        for (int i = 0; i < 320; ++i) {
            const double expected = plain_weight(type, bytes.data(), i);
            CHECK(std::fabs(out[static_cast<size_t>(i)] - expected) <= 1e-6 * std::fabs(expected) + 1e-7);
        }
    }
}

TEST("a packed matrix unpacks to the rows it was made of, in each form and group width")
{
    SeededRandom random(2);
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : all_types) {
            const int rows = 43;
            const int columns = 96;
            const std::vector<uint8_t> bytes = random_tensor(random, type, rows * columns, 1.0f);
            const PackedForTest packed(*set.kernels, type, PI_WEIGHTS_NATIVE, bytes, rows, columns);
            const PackedForTest floats(*set.kernels, type, PI_WEIGHTS_F32, bytes, rows, columns);
            std::vector<float> expected(columns);
            std::vector<float> actual(columns);
            for (int row = 0; row < rows; ++row) {
                dequantize_row(type, bytes.data() + row * row_bytes(type, columns), columns, expected.data());
                unpack_row(packed.matrix, row, actual.data());
                CHECK(actual == expected);
                unpack_row(floats.matrix, row, actual.data());
                CHECK(actual == expected);
            }
        }
    }
}

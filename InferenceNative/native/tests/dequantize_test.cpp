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

constexpr pi_type all_types[] = {PI_TYPE_F32,  PI_TYPE_F16,  PI_TYPE_BF16, PI_TYPE_Q4_0, PI_TYPE_Q4_1,  PI_TYPE_Q5_0,  PI_TYPE_Q5_1, PI_TYPE_Q8_0,
                                 PI_TYPE_Q2_K, PI_TYPE_Q3_K, PI_TYPE_Q4_K, PI_TYPE_Q5_K, PI_TYPE_Q6_K, PI_TYPE_IQ4_NL, PI_TYPE_IQ4_XS};
constexpr pi_type packed_types[] = {PI_TYPE_F32, PI_TYPE_F16, PI_TYPE_BF16, PI_TYPE_Q4_0,
                                    PI_TYPE_Q4_1, PI_TYPE_Q5_0, PI_TYPE_Q5_1, PI_TYPE_Q8_0};

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
    constexpr int columns = 1280;
    SeededRandom random(1);
    for (const pi_type type : all_types) {
        const std::vector<uint8_t> bytes = random_tensor(random, type, columns, 1.0f);
        CHECK(static_cast<int64_t>(bytes.size()) == row_bytes(type, columns));
        std::vector<float> out(columns);
        dequantize_row(type, bytes.data(), columns, out.data());
        CHECK(is_interesting(out));
        double squares = 0;
        for (int i = 0; i < columns; ++i) {
            const double expected = plain_weight(type, bytes.data(), i);
            // A minimum may cancel nearly all of a weight, but not the rounding of the product before.
            CHECK(std::fabs(out[static_cast<size_t>(i)] - expected) <= 1e-6 * std::fabs(expected) + 1e-6);
            squares += expected * expected;
        }
        // Weights of the size asked for: what other tests rely on.
        CHECK(squares / columns > 0.4 && squares / columns < 2.5);
    }
}

TEST("a packed matrix unpacks to the rows it was made of, in each form and group width")
{
    SeededRandom random(2);
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type type : packed_types) {
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

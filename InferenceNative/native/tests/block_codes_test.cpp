#include <cmath>

#include "check.h"
#include "model/block_codes.h"
#include "model/dequantize.h"
#include "model/half.h"
#include "quantized_file.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr pi_type coded_types[] = {PI_TYPE_Q4_0, PI_TYPE_Q4_1, PI_TYPE_Q5_0, PI_TYPE_Q5_1, PI_TYPE_Q8_0, PI_TYPE_Q4_K, PI_TYPE_Q5_K, PI_TYPE_Q6_K};

/// A weight as its codes say, and the sizes of what is added up to it: each is off by at most the rounding of a half.
struct CodedWeight {
    float value;
    float parts;
};

CodedWeight coded_weight(pi_type type, const BlockCodes& block, int within)
{
    const int code = block.codes[within];
    const float first = half_to_float(block.halves[0]);
    const float second = half_to_float(block.halves[1]);
    if (type == PI_TYPE_Q8_0) {
        return {first * static_cast<float>(code - 128), 0};
    }
    if (type == PI_TYPE_Q6_K) {
        const float value = (within < 16 ? first : second) * static_cast<float>(code - 32);
        return {value, std::fabs(value)};
    }
    const float product = first * static_cast<float>(code);
    return {product + second, std::fabs(product) + std::fabs(second)};
}

}

TEST("the codes of every type that has a packed form stand for the weights that the format describes")
{
    constexpr int columns = 5 * 256;
    // Half a step of a half's eleven bits, and a little for the products in float32.
    constexpr float half_rounding = 1.01f / 2048;
    SeededRandom random(11);
    for (const pi_type type : coded_types) {
        for (int run = 0; run < 20; ++run) {
            const std::vector<uint8_t> row = random_tensor(random, type, columns, 1.0f);
            std::vector<float> expected(columns);
            dequantize_row(type, row.data(), columns, expected.data());
            const bool exact = block_size(type) == block_weights;
            for (int i = 0; i < columns; ++i) {
                const CodedWeight actual = coded_weight(type, read_block_codes(type, row.data(), i / block_weights), i % block_weights);
                const float off = std::fabs(actual.value - expected[static_cast<size_t>(i)]);
                CHECK(off <= (exact ? 0 : actual.parts * half_rounding));
            }
        }
    }
}

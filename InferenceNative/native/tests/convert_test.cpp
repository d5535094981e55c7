#include <algorithm>
#include <cmath>

#include "check.h"
#include "model/convert.h"
#include "model/dequantize.h"
#include "model/half.h"
#include "model/held_type.h"
#include "model/pack_converted.h"
#include "model/quantize.h"
#include "quantized_file.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr int columns = 512;
constexpr pi_type readable[] = {PI_TYPE_F32,  PI_TYPE_F16,  PI_TYPE_BF16, PI_TYPE_Q4_0, PI_TYPE_Q4_1,  PI_TYPE_Q5_0,  PI_TYPE_Q5_1, PI_TYPE_Q8_0,
                                PI_TYPE_Q2_K, PI_TYPE_Q3_K, PI_TYPE_Q4_K, PI_TYPE_Q5_K, PI_TYPE_Q6_K, PI_TYPE_IQ4_NL, PI_TYPE_IQ4_XS};

std::vector<uint8_t> quantized(pi_type type, const std::vector<float>& row)
{
    std::vector<uint8_t> bytes(static_cast<size_t>(row_bytes(type, static_cast<int64_t>(row.size()))));
    quantize_row(type, row.data(), static_cast<int64_t>(row.size()), bytes.data());
    return bytes;
}

std::vector<uint8_t> converted(pi_type from, pi_type to, const std::vector<uint8_t>& row)
{
    std::vector<uint8_t> out(static_cast<size_t>(row_bytes(to, columns)));
    std::vector<float> buffer(columns);
    convert_row(from, to, row.data(), columns, out.data(), buffer.data());
    return out;
}

std::vector<double> plain_row(pi_type type, const std::vector<uint8_t>& row)
{
    std::vector<double> weights;
    append_plain_row(weights, type, row.data(), columns);
    return weights;
}

/// The sum of squared errors of a row, from the format's description.
double squared_error(pi_type type, const std::vector<uint8_t>& bytes, const std::vector<float>& row)
{
    double sum = 0;
    const std::vector<double> weights = plain_row(type, bytes);
    for (size_t i = 0; i < row.size(); ++i) {
        const double off = weights[i] - static_cast<double>(row[i]);
        sum += off * off;
    }
    return sum;
}

/// How far a weight of size about one may be from its file's value: the packed forms round a K-quant's scales and minimums to halves, and
/// a minimum may cancel what it is added to. block_codes_test knows both parts and is exact about them.
float held_rounding(int32_t form, pi_type held, float weight)
{
    if (form == form_f32 || block_size(held) != 256) {
        return 0;
    }
    return held == PI_TYPE_Q6_K ? std::fabs(weight) / 2000 : 0.01f;
}

/// The least error of a block of Q4_0 among very many scales.
double least_q4_0_error(const float* x)
{
    double best = 1e30;
    for (int step = -1500; step <= 1500; ++step) {
        const double d = step / 1000.0 / 2;
        double sum = 0;
        for (int i = 0; i < 32; ++i) {
            const double code = d == 0 ? 0 : std::clamp(std::nearbyint(static_cast<double>(x[i]) / d), -8.0, 7.0);
            sum += std::pow(static_cast<double>(x[i]) - d * code, 2);
        }
        best = std::min(best, sum);
    }
    return best;
}

/// The error of the plain rule: the weight of largest magnitude is code -8.
double plain_q4_0_error(const float* x)
{
    double extreme = 0;
    for (int i = 0; i < 32; ++i) {
        extreme = std::fabs(static_cast<double>(x[i])) > std::fabs(extreme) ? static_cast<double>(x[i]) : extreme;
    }
    double sum = 0;
    for (int i = 0; i < 32; ++i) {
        const double code = std::clamp(std::nearbyint(static_cast<double>(x[i]) / extreme * -8), -8.0, 7.0);
        sum += std::pow(static_cast<double>(x[i]) + extreme / 8 * code, 2);
    }
    return sum;
}

}

TEST("floats become the nearest bfloat, ties to even")
{
    for (uint32_t bits = 0; bits < 0x7f80; ++bits) {
        const float low = bfloat_to_float(static_cast<uint16_t>(bits));
        const float middle = bfloat_to_float(static_cast<uint16_t>(bits)) / 2 + bfloat_to_float(static_cast<uint16_t>(bits + 1)) / 2;
        CHECK(float_to_bfloat(low) == bits);
        CHECK(float_to_bfloat(-low) == (bits | 0x8000));
        if (bits > 1 && std::isfinite(middle)) {
            CHECK(float_to_bfloat(middle) == bits + bits % 2);
            CHECK(float_to_bfloat(std::nextafter(middle, 0.0f)) == bits);
            CHECK(float_to_bfloat(std::nextafter(middle, INFINITY)) == bits + 1);
        }
    }
    CHECK(std::isnan(bfloat_to_float(float_to_bfloat(NAN))));
}

TEST("eight bits keep every weight within half a step, Q4_1 too, and blocks of zeros stay zero")
{
    SeededRandom random(5);
    for (const pi_type type : {PI_TYPE_Q8_0, PI_TYPE_Q4_1}) {
        for (int run = 0; run < 20; ++run) {
            std::vector<float> row = random.normals(columns);
            std::fill(row.begin() + 32, row.begin() + 64, 0.0f);
            row[7] = 30;
            const std::vector<uint8_t> bytes = quantized(type, row);
            for (size_t i = 0; i < row.size(); ++i) {
                const auto block = row.begin() + static_cast<ptrdiff_t>(i / 32 * 32);
                const auto [low, high] = std::minmax_element(block, block + 32);
                const double step = type == PI_TYPE_Q8_0 ? static_cast<double>(std::max(-*low, *high)) / 127
                                                         : static_cast<double>(*high - *low) / 15;
                const double off = plain_weight(type, bytes.data(), static_cast<int64_t>(i)) - static_cast<double>(row[i]);
                // A scale's rounding to a half moves the ends of the range by up to 2^-11 of it.
                CHECK(std::fabs(off) <= step * 0.5 + static_cast<double>(std::max(-*low, *high)) / 1500);
            }
        }
    }
}

TEST("Q4_0 has less error than the plain rule's and nearly the least that any scale gives")
{
    SeededRandom random(6);
    double ours = 0;
    double plain = 0;
    double least = 0;
    for (int run = 0; run < 12; ++run) {
        const std::vector<float> row = random.normals(columns);
        const double error = squared_error(PI_TYPE_Q4_0, quantized(PI_TYPE_Q4_0, row), row);
        double rule = 0;
        for (size_t block = 0; block < columns / 32; ++block) {
            rule += plain_q4_0_error(&row[block * 32]);
            least += least_q4_0_error(&row[block * 32]);
        }
        CHECK(error < rule);
        ours += error;
        plain += rule;
    }
    std::printf("measured: squared error of Q4_0 %.4f of the plain rule's, the least possible %.4f\n", ours / plain, least / plain);
    CHECK(ours < 0.93 * plain);
    CHECK(ours < 1.03 * least);
}

TEST("weights that are no numbers or too large give finite blocks")
{
    for (const pi_type type : {PI_TYPE_Q8_0, PI_TYPE_Q4_0, PI_TYPE_Q4_1}) {
        for (const float odd : {NAN, INFINITY, -INFINITY, 3e38f, 1e-45f}) {
            std::vector<float> row(32, 1.0f);
            row[3] = odd;
            const std::vector<uint8_t> bytes = quantized(type, row);
            for (int64_t i = 0; i < 32; ++i) {
                CHECK(std::isfinite(plain_weight(type, bytes.data(), i)));
            }
        }
    }
}

TEST("a row of its own type is copied, and codes that fit a signed byte are kept exactly")
{
    SeededRandom random(7);
    for (const pi_type type : readable) {
        const std::vector<uint8_t> row = random_tensor(random, type, columns, 1.0f);
        if (can_quantize(type)) {
            CHECK(converted(type, type, row) == row);
        }
        const std::vector<uint8_t> bytes = converted(type, PI_TYPE_Q8_0, row);
        const bool exact = type == PI_TYPE_Q4_0 || type == PI_TYPE_Q5_0 || type == PI_TYPE_Q8_0 || type == PI_TYPE_IQ4_NL;
        const std::vector<double> expected = plain_row(type, row);
        const std::vector<double> actual = plain_row(PI_TYPE_Q8_0, bytes);
        for (size_t i = 0; i < columns; ++i) {
            // IQ4_XS rounds each part's scale to a half; random weights of others lie within a few of their size.
            CHECK(std::fabs(actual[i] - expected[i]) <= (exact ? 0 : type == PI_TYPE_IQ4_XS ? std::fabs(expected[i]) / 2000 : 0.05));
        }
    }
}

TEST("a matrix is held as its mode says, each row as converting it alone gives it")
{
    SeededRandom random(8);
    for (const NamedKernels& set : kernels_to_test()) {
        for (const pi_type stored : readable) {
            for (const pi_weights mode : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32, PI_WEIGHTS_INT8, PI_WEIGHTS_INT4, PI_WEIGHTS_BF16}) {
                constexpr int rows = 19;
                const std::vector<uint8_t> file = random_tensor(random, stored, rows * columns, 1.0f);
                const pi_type held = held_type(stored, mode, PI_ROLE_QUERY, columns);
                Matrix matrix = plan_matrix(packed_form(held, mode), rows, columns, *set.kernels);
                std::vector<uint8_t> memory(static_cast<size_t>(matrix_bytes(matrix)));
                matrix.data = memory.data();
                RowBuffers buffers;
                for (int group = 0; group < matrix.groups; ++group) {
                    pack_converted(matrix, stored, held, file.data(), group, memory.data() + group * matrix.group_bytes, buffers);
                }
                std::vector<float> expected(columns);
                std::vector<float> actual(columns);
                for (int row = 0; row < rows; ++row) {
                    const auto at = file.begin() + row * row_bytes(stored, columns);
                    const std::vector<uint8_t> bytes(at, at + row_bytes(stored, columns));
                    dequantize_row(held, (stored == held ? bytes : converted(stored, held, bytes)).data(), columns, expected.data());
                    unpack_row(matrix, row, actual.data());
                    for (size_t i = 0; i < columns; ++i) {
                        CHECK(std::fabs(actual[i] - expected[i]) <= held_rounding(matrix.form, held, expected[i]));
                    }
                }
            }
        }
    }
}

TEST("rows that do not fit their types or their bytes are refused with the reason")
{
    std::vector<uint8_t> bytes(144);
    std::vector<uint8_t> out(1024);
    const auto status = [&](int32_t from, int32_t to, int64_t in_bytes, int64_t rows, int64_t columns_, int64_t out_bytes) {
        return pi_convert_rows(from, to, bytes.data(), in_bytes, rows, columns_, out.data(), out_bytes);
    };
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 144, 1, 256, 1024) == PI_OK);
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 143, 1, 256, 1024) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 144, 1, 256, 1025) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 144, 2, 128, 1024) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 0, 0, 256, 0) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_Q4_K, PI_TYPE_F32, 144, 1, INT64_MAX, 1024) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_F32, PI_TYPE_Q4_0, 64, 1, 16, 9) == PI_INVALID_ARGUMENT);
    CHECK(status(PI_TYPE_F32, PI_TYPE_Q4_K, 1024, 1, 256, 144) == PI_UNSUPPORTED);
    CHECK(status(17, PI_TYPE_F32, 144, 1, 256, 1024) == PI_UNSUPPORTED);
    CHECK(pi_convert_rows(PI_TYPE_Q4_K, PI_TYPE_F32, nullptr, 144, 1, 256, out.data(), 1024) == PI_INVALID_ARGUMENT);
}

TEST("modes convert matrices, keep the vocabulary at eight bits and the router in floats, and odd widths in bfloats")
{
    CHECK(held_type(PI_TYPE_F16, PI_WEIGHTS_NATIVE, PI_ROLE_QUERY, 70) == PI_TYPE_F16);
    CHECK(held_type(PI_TYPE_Q4_1, PI_WEIGHTS_INT4, PI_ROLE_FFN_UP, 64) == PI_TYPE_Q4_0);
    CHECK(held_type(PI_TYPE_Q4_1, PI_WEIGHTS_INT4, PI_ROLE_TOKEN_EMBEDDING, 64) == PI_TYPE_Q8_0);
    CHECK(held_type(PI_TYPE_F32, PI_WEIGHTS_INT4, PI_ROLE_OUTPUT_HEAD, 64) == PI_TYPE_Q8_0);
    CHECK(held_type(PI_TYPE_Q4_0, PI_WEIGHTS_INT8, PI_ROLE_EXPERT_DOWN, 64) == PI_TYPE_Q8_0);
    CHECK(held_type(PI_TYPE_F32, PI_WEIGHTS_INT8, PI_ROLE_QUERY, 70) == PI_TYPE_BF16);
    CHECK(held_type(PI_TYPE_F32, PI_WEIGHTS_INT4, PI_ROLE_QUERY, 70) == PI_TYPE_BF16);
    CHECK(held_type(PI_TYPE_Q8_0, PI_WEIGHTS_BF16, PI_ROLE_QUERY, 64) == PI_TYPE_BF16);
    for (const pi_weights mode : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_INT8, PI_WEIGHTS_INT4, PI_WEIGHTS_BF16}) {
        CHECK(held_type(PI_TYPE_Q8_0, mode, PI_ROLE_ROUTER, 64) == PI_TYPE_F32);
    }
}

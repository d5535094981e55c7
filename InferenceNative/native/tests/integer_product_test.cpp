#include <cmath>
#include <cstring>

#include "backends/cpu/kernel_sets.h"
#include "check.h"
#include "model/block_codes.h"
#include "model/half.h"
#include "quantized_file.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr int columns = 768;
constexpr int blocks = columns / 32;
constexpr int most_rows = 26;  // enough for the panels of every form

/// A file type with random codes: where its halves lie, and how large a scale makes weights of about one.
struct IntegerType {
    pi_type type;
    Form form;
    int weights;
    int bytes;
    int scale_at;
    int minimum_at;
    float scale;
};
constexpr IntegerType integer_types[] = {
    {PI_TYPE_Q4_0, form_q4, 32, 18, 0, -1, 0.2f},      {PI_TYPE_Q4_1, form_q4, 32, 20, 0, 2, 0.2f},
    {PI_TYPE_Q4_K, form_q4, 256, 144, 0, 2, 0.006f},   {PI_TYPE_Q5_0, form_q5, 32, 22, 0, -1, 0.1f},
    {PI_TYPE_Q5_1, form_q5, 32, 24, 0, 2, 0.1f},       {PI_TYPE_Q5_K, form_q5, 256, 176, 0, 2, 0.003f},
    {PI_TYPE_Q6_K, form_q6, 256, 210, 208, -1, 0.001f}, {PI_TYPE_Q8_0, form_q8, 32, 34, 0, -1, 0.01f},
};

std::vector<uint8_t> random_file(SeededRandom& random, const IntegerType& type, int outputs)
{
    std::vector<uint8_t> file(static_cast<size_t>(outputs * columns / type.weights * type.bytes));
    for (uint8_t& byte : file) {
        byte = random.byte();
    }
    for (size_t block = 0; block < file.size(); block += static_cast<size_t>(type.bytes)) {
        for (const int at : {type.scale_at, type.minimum_at}) {
            if (at >= 0) {
                const uint16_t half = half_bits(type.scale * random.uniform(-1.0f, 1.0f));
                std::memcpy(&file[block + static_cast<size_t>(at)], &half, sizeof half);
            }
        }
    }
    return file;
}

struct QuantizedInputs {
    QuantizedInputs(SeededRandom& random, int rows)
        : bytes(static_cast<size_t>(rows * columns)), scales(bytes.size() / 32), scaled_sums(scales.size()), sums(scales.size())
    {
        const std::vector<float> floats = random.normals(bytes.size());
        portable_kernels().quantize(floats.data(), rows * columns, bytes.data(), scales.data(), scaled_sums.data(), sums.data());
    }

    Activations view() const
    {
        return {nullptr, 0, bytes.data(), columns, scales.data(), scaled_sums.data(), sums.data(), blocks};
    }

    std::vector<int8_t> bytes;
    std::vector<float> scales;
    std::vector<float> scaled_sums;
    std::vector<BlockSums> sums;
};

/// One output in plain loops and in the order that all kernels keep: what a step's bits are.
float plain_product(const IntegerType& type, const uint8_t* weights, const QuantizedInputs& x, int row)
{
    float result = 0;
    for (int block = 0; block < blocks; ++block) {
        const BlockCodes codes = read_block_codes(type.type, weights, block);
        const size_t at = static_cast<size_t>(row * blocks + block);
        const int parts = type.form == form_q6 ? 2 : 1;
        const int zero = type.form == form_q6 ? 32 : type.form == form_q8 ? 128 : 0;
        for (int part = 0; part < parts; ++part) {
            int sum = 0;
            for (int i = part * 32 / parts; i < (part + 1) * 32 / parts; ++i) {
                sum += (codes.codes[i] - zero) * x.bytes[at * 32 + static_cast<size_t>(i)];
            }
            result = std::fma(half_to_float(codes.halves[part]) * x.scales[at], static_cast<float>(sum), result);
        }
        if (zero == 0) {
            result = std::fma(half_to_float(codes.halves[1]), x.scaled_sums[at], result);
        }
    }
    return result;
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// Every number of rows from 1 up, so that every tile is used, first, last and alone.
void check_bits(const NamedKernels& set, const IntegerType& type, int outputs)
{
    SeededRandom random(static_cast<uint64_t>(type.type * 100 + outputs));
    const std::vector<uint8_t> file = random_file(random, type, outputs);
    const QuantizedInputs inputs(random, most_rows);
    const PackedForTest packed(*set.kernels, type.type, PI_WEIGHTS_NATIVE, file, outputs, columns);
    CHECK(packed.matrix.form == type.form);
    std::vector<float> expected;
    for (int row = 0; row < most_rows; ++row) {
        for (int output = 0; output < outputs; ++output) {
            expected.push_back(plain_product(type, file.data() + file.size() / static_cast<size_t>(outputs) * static_cast<size_t>(output), inputs, row));
        }
    }
    CHECK(is_interesting(expected));
    const int stride = packed.matrix.groups * packed.matrix.group;
    for (int rows = 1; rows <= most_rows; ++rows) {
        std::vector<float> out(static_cast<size_t>(most_rows * stride), 1.5f);
        const int begin = most_rows - rows;
        set.kernels->multiply[packed.matrix.form](packed.matrix, inputs.view(),
                                                  {begin, most_rows, 0, packed.matrix.groups, out.data(), stride, rows % 2});
        for (int row = 0; row < most_rows; ++row) {
            for (int output = 0; output < outputs; ++output) {
                const float product = expected[static_cast<size_t>(row * outputs + output)];
                const float wanted = row < begin ? 1.5f : rows % 2 == 1 ? 1.5f + product : product;
                CHECK(same_bits(out[static_cast<size_t>(row * stride + output)], wanted));
            }
        }
    }
}

}

TEST("integer products have the bits of a plain loop, for every set, form, number of rows, and odd and even numbers of groups")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const IntegerType& type : integer_types) {
            for (const int outputs : {set.kernels->integer_group, 2 * set.kernels->integer_group, 3 * set.kernels->integer_group - 5}) {
                check_bits(set, type, outputs);
            }
        }
    }
}

TEST("a part of a matrix's groups is computed and nothing beside it is touched")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const IntegerType& type : integer_types) {
            SeededRandom random(8);
            const int group = set.kernels->integer_group;
            const int outputs = 5 * group;
            const std::vector<uint8_t> file = random_file(random, type, outputs);
            const QuantizedInputs inputs(random, most_rows);
            const PackedForTest packed(*set.kernels, type.type, PI_WEIGHTS_NATIVE, file, outputs, columns);
            std::vector<float> whole(static_cast<size_t>(most_rows * outputs));
            std::vector<float> parts(whole.size(), -7.0f);
            set.kernels->multiply[type.form](packed.matrix, inputs.view(), {0, most_rows, 0, 5, whole.data(), outputs, 0});
            set.kernels->multiply[type.form](packed.matrix, inputs.view(), {3, 11, 1, 4, parts.data(), outputs, 0});
            for (int i = 0; i < most_rows * outputs; ++i) {
                const bool inside = i / outputs >= 3 && i / outputs < 11 && i % outputs >= group && i % outputs < 4 * group;
                CHECK(same_bits(parts[static_cast<size_t>(i)], inside ? whole[static_cast<size_t>(i)] : -7.0f));
            }
        }
    }
}

TEST("extreme codes and activations do not overflow the sums of any integer form")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const IntegerType& type : integer_types) {
            for (const int pattern : {0x00, 0xff, 0x80, 0x7f}) {
                SeededRandom random(6);
                const int outputs = 2 * set.kernels->integer_group;
                std::vector<uint8_t> file = random_file(random, type, outputs);
                for (size_t i = 0; i < file.size(); ++i) {
                    const int within = static_cast<int>(i % static_cast<size_t>(type.bytes));
                    const bool half = within / 2 == type.scale_at / 2 || (type.minimum_at >= 0 && within / 2 == type.minimum_at / 2);
                    file[i] = half ? file[i] : static_cast<uint8_t>(pattern);
                }
                QuantizedInputs inputs(random, most_rows);
                for (size_t block = 0; block < inputs.sums.size(); ++block) {
                    // All of the largest, all of the smallest, and both by turns.
                    for (size_t i = 0; i < 32; ++i) {
                        inputs.bytes[block * 32 + i] = block % 3 == 0 ? 127 : block % 3 == 1 ? -127 : i % 2 == 0 ? 127 : -127;
                    }
                    const int sum = block % 3 == 0 ? 127 : block % 3 == 1 ? -127 : 0;
                    inputs.sums[block] = {sum * 32, sum * 16};
                    inputs.scaled_sums[block] = inputs.scales[block] * static_cast<float>(sum * 32);
                }
                const PackedForTest packed(*set.kernels, type.type, PI_WEIGHTS_NATIVE, file, outputs, columns);
                for (const int rows : {1, most_rows}) {
                    std::vector<float> out(static_cast<size_t>(rows * outputs));
                    set.kernels->multiply[type.form](packed.matrix, inputs.view(), {0, rows, 0, 2, out.data(), outputs, 0});
                    for (int i = 0; i < rows * outputs; ++i) {
                        const uint8_t* const from = file.data() + file.size() / static_cast<size_t>(outputs) * static_cast<size_t>(i % outputs);
                        CHECK(same_bits(out[static_cast<size_t>(i)], plain_product(type, from, inputs, i / outputs)));
                    }
                }
            }
        }
    }
}

#include <bit>
#include <cmath>
#include <cstring>
#include <memory>

#include "backends/cpu/fused.h"
#include "backends/cpu/kernel_sets.h"
#include "check.h"
#include "model/model.h"
#include "test_engine.h"
#include "test_kernels.h"

// Every instruction set computes the same bits, so that a stream which began on one processor goes on unchanged on another.
using namespace preble;
using namespace preble::testing;

namespace {

/// What pi_model_create does, with kernels of our choice.
pi_model* model_with(const SyntheticModel& source, pi_weights weights, const Kernels& kernels)
{
    const pi_model_config config = source.config(weights);
    auto model = std::make_unique<pi_model>();
    model->config = check_config(&config);
    model->kernels = &kernels;
    model->inverse_frequencies = source.frequencies;
    std::vector<MappedFile> files;
    files.emplace_back(source.path.c_str());
    const TensorTable table(model->config, files, source.tensors);
    model->weights = load_weights(model->config, files, table, kernels);
    return model.release();
}

/// A prompt in two chunks beside another sequence, then a sampled step: every output of all of them, and the saved KV blocks.
std::vector<float> run_model(const SyntheticModel& source, pi_weights weights, const Kernels& kernels)
{
    const LoadedModel model(source, model_with(source, weights, kernels));
    TestEngine engine(model);
    SeededRandom random(31);
    const std::vector<int32_t> a = random_tokens(random, 90, source.shape.vocabulary);
    const std::vector<int32_t> b = random_tokens(random, 19, source.shape.vocabulary);
    std::vector<float> result;
    const auto keep = [&](int rows) {
        for (int row = 0; row < rows; ++row) {
            const std::vector<float> logits = engine.logits(row);
            result.insert(result.end(), logits.begin(), logits.end());
        }
    };
    engine.step({{{a.begin(), a.begin() + 41}, 0, blocks_for(41, 3), false}});
    keep(41);
    pi_sampling sampling = greedy;
    sampling.temperature = 0.9f;
    sampling.top_p = 0.95f;
    sampling.seed = 17;
    const std::vector<int32_t> sampled = engine.step({{{a.begin() + 41, a.end()}, 41, blocks_for(90, 3), true, sampling},
                                                      {b, 0, blocks_for(19, 20), true, sampling}});
    keep(68);
    result.insert(result.end(), sampled.begin(), sampled.end());
    return result;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Everything but the products and attention, on rows whose ends lie inside a vector.
std::vector<float> elementwise(const Kernels& kernels, uint64_t seed)
{
    SeededRandom random(seed);
    const int padded = 160;
    const int width = 139;
    std::vector<float> row = random.normals(padded);
    std::vector<float> weight = random.normals(padded);
    std::fill(row.begin() + width, row.end(), 0.0f);
    std::vector<float> result(padded);
    kernels.normalize(row.data(), weight.data(), 1e-5f, width, padded, result.data());
    std::vector<float> gated = row;
    kernels.gate_silu(gated.data(), weight.data(), padded);
    result.insert(result.end(), gated.begin(), gated.end());
    std::vector<int8_t> bytes(padded);
    std::vector<float> scales(padded / 32);
    std::vector<float> scaled(padded / 32);
    std::vector<BlockSums> sums(padded / 32);
    kernels.quantize(row.data(), padded, bytes.data(), scales.data(), scaled.data(), sums.data());
    for (const int8_t byte : bytes) {
        result.push_back(byte);
    }
    result.insert(result.end(), scales.begin(), scales.end());
    result.insert(result.end(), scaled.begin(), scaled.end());
    for (const BlockSums& sum : sums) {
        result.push_back(static_cast<float>(sum.all));
        result.push_back(static_cast<float>(sum.first_half));
    }
    for (int count = 1; count <= width; count += 6) {
        int32_t finite = 0;
        const float highest = kernels.largest(row.data(), count, &finite);
        std::vector<float> out(padded);
        const double total = kernels.exponentials(row.data(), highest, 1.7f, count, out.data());
        result.push_back(highest);
        result.push_back(static_cast<float>(finite));
        result.insert(result.end(), out.begin(), out.end());
        float halves[2];
        std::memcpy(halves, &total, sizeof total);
        result.insert(result.end(), halves, halves + 2);
    }
    return result;
}

}

TEST("a fused multiply-add is the library's, bit for bit")
{
    SeededRandom random(5);
    int inexact = 0;
    for (int i = 0; i < 2'000'000; ++i) {
        const auto number = [&] {
            // Any bits at all, or numbers close to one another, whose sums cancel and round in the hard places.
            const uint32_t bits = random.bits();
            return std::bit_cast<float>(i % 2 == 0 ? bits : 0x3f000000u + (bits & 0x80ffffffu));
        };
        const float a = number();
        const float b = number();
        const float c = i % 3 == 0 ? number() : -(a * b) * (1.0f + 0x1p-23f * static_cast<float>(random.below(5)));
        const float expected = std::fma(a, b, c);
        const float actual = fused_multiply_add(a, b, c);
        CHECK(std::isnan(expected) ? std::isnan(actual) : std::bit_cast<uint32_t>(actual) == std::bit_cast<uint32_t>(expected));
        inexact += !std::isnan(expected) && expected != a * b + c;
    }
    CHECK(inexact > 10000);
}

TEST("norm, gate, quantisation, the largest and exponentials have the same bits in every kernel set")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (uint64_t seed = 0; seed < 20; ++seed) {
            CHECK(same_bits(elementwise(*set.kernels, seed), elementwise(portable_kernels(), seed)));
        }
    }
}

TEST("a whole forward pass has the same bits in every kernel set, for integer, 16-bit and float32 weights")
{
    std::vector<SyntheticModel::Shape> shapes(5);
    shapes[1].matrices = PI_TYPE_Q8_0;
    shapes[1].tied = false;
    shapes[2].matrices = PI_TYPE_F16;
    shapes[2].embedding = PI_TYPE_F16;
    shapes[2].head_size = 24;
    shapes[3].matrices = PI_TYPE_BF16;
    shapes[3].embedding = PI_TYPE_BF16;
    shapes[3].rope = PI_ROPE_HALVES;
    shapes[4].matrices = PI_TYPE_F32;
    shapes[4].embedding = PI_TYPE_F32;
    shapes[4].hidden = 70;
    shapes[4].ffn = 50;
    shapes[4].head_size = 10;
    for (const SyntheticModel::Shape& shape : shapes) {
        const SyntheticModel source(shape);
        for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
            const std::vector<float> expected = run_model(source, weights, portable_kernels());
            CHECK(is_interesting({expected.begin(), expected.end() - 2}));
            for (const NamedKernels& set : kernels_to_test()) {
                CHECK(same_bits(run_model(source, weights, *set.kernels), expected));
            }
        }
    }
}

#include <algorithm>
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

TEST("a block that holds infinity or not a number becomes poison, and one of numbers too small to scale zeros, in every kernel set alike")
{
    const auto quantized = [](const Kernels& kernels, const std::vector<float>& row) {
        const int blocks = static_cast<int>(row.size()) / 32;
        std::vector<int8_t> bytes(row.size());
        std::vector<float> scales(static_cast<size_t>(blocks));
        std::vector<float> scaled(scales);
        std::vector<BlockSums> sums(scales.size());
        kernels.quantize(row.data(), static_cast<int>(row.size()), bytes.data(), scales.data(), scaled.data(), sums.data());
        std::vector<float> result(bytes.begin(), bytes.end());
        for (size_t block = 0; block < scales.size(); ++block) {
            result.insert(result.end(), {scales[block], scaled[block], static_cast<float>(sums[block].all), static_cast<float>(sums[block].first_half)});
        }
        return result;
    };
    for (const NamedKernels& set : kernels_to_test()) {
        for (size_t place = 0; place < 32; ++place) {
            for (const float odd : {NAN, INFINITY, -INFINITY, 1e-38f}) {
                SeededRandom random(place);
                std::vector<float> row = random.normals(96);
                const std::vector<float> whole = quantized(*set.kernels, row);
                if (std::isfinite(odd)) {
                    std::fill(row.begin() + 32, row.begin() + 64, 0.0f);
                }
                row[32 + place] = odd;
                const std::vector<float> actual = quantized(*set.kernels, row);
                CHECK(same_bits(actual, quantized(portable_kernels(), row)));
                CHECK(std::count(actual.begin() + 32, actual.begin() + 64, 0.0f) == 32);
                CHECK(std::isfinite(odd) ? actual[100] < 1e-39f : std::isnan(actual[100]) && std::isnan(actual[101]));
                CHECK(actual[0] == whole[0] && actual[64] == whole[64] && actual[96] == whole[96] && actual[104] == whole[104]);
            }
        }
    }
}

TEST("infinity or not a number in an embedding, or in keys alone, fails the step that would have sampled from it, in every kernel set")
{
    constexpr int token = 7;
    for (const pi_type matrices : {PI_TYPE_Q4_1, PI_TYPE_Q8_0, PI_TYPE_BF16}) {
        for (const pi_role role : {PI_ROLE_TOKEN_EMBEDDING, PI_ROLE_KEY}) {
            SyntheticModel::Shape shape;
            shape.matrices = matrices;
            shape.embedding = PI_TYPE_F16;
            const SyntheticModel source(shape);
            const uint16_t odd = role == PI_ROLE_KEY && matrices == PI_TYPE_BF16 ? 0x7fc0 : 0x7c00; // a half, a scale or a weight
            std::FILE* const file = std::fopen(source.path.c_str(), "r+b");
            for (const pi_tensor& tensor : source.tensors) {
                if (tensor.role == role && tensor.layer == 0) {
                    const int64_t row = role == PI_ROLE_KEY ? 3 : token;
                    std::fseek(file, static_cast<long>(tensor.offset + row * (tensor.size_bytes / tensor.rows)), SEEK_SET);
                    std::fwrite(&odd, sizeof odd, 1, file);
                }
            }
            std::fclose(file);
            for (const NamedKernels& set : kernels_to_test()) {
                for (const pi_kv_type kv : {PI_KV_F16, PI_KV_INT8}) {
                    const LoadedModel model(source, model_with(source, PI_WEIGHTS_NATIVE, *set.kernels));
                    TestEngine engine(model, 64, 0, kv);
                    engine.step({{{token, 1, 2}, 0, {4}, 0}});
                    CHECK(TestStep({{{9}, 3, {4}}}).run(engine.handle) == PI_INTERNAL);
                }
            }
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
                CHECK(set.kernels == &portable_kernels() || same_bits(run_model(source, weights, *set.kernels), expected));
            }
        }
    }
}

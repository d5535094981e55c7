#include <functional>

#include "check.h"
#include "error.h"
#include "gguf_llama.h"
#include "gguf_model.h"
#include "test_engine.h"

using namespace preble;
using namespace preble::bench;
using namespace preble::testing;

namespace {

std::string refusal(const std::vector<uint8_t>& bytes)
{
    try {
        const GgufFile file(bytes);
        read_gguf_model(file);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// A right file of metadata, and what a test adds to it or spoils.
std::string refusal_of(const std::function<void(GgufWriter&)>& spoil)
{
    GgufWriter writer;
    add_llama_metadata(writer, tiny_shape());
    spoil(writer);
    return refusal(writer.bytes());
}

bool names(const std::string& sentence, const char* field) { return sentence.find(field) != std::string::npos; }

std::vector<uint8_t> floats(std::initializer_list<float> values)
{
    std::vector<uint8_t> bytes;
    for (const float value : values) {
        GgufWriter::append(bytes, value);
    }
    return bytes;
}

}

TEST("what is read from a GGUF file is what was written into it")
{
    SyntheticModel::Shape shape;
    shape.tied = false;
    const SyntheticModel source(shape);
    const std::vector<uint8_t> bytes = llama_gguf(source);
    const GgufFile file(bytes);
    GgufModel read = read_gguf_model(file);
    CHECK(read.frequencies == source.frequencies);
    CHECK(read.tensors.size() == source.tensors.size());
    for (size_t i = 0; i < read.tensors.size(); ++i) {
        const pi_tensor& ours = read.tensors[i];
        const pi_tensor& theirs = source.tensors[i];
        CHECK(ours.role == theirs.role && ours.layer == theirs.layer && ours.type == theirs.type);
        CHECK(ours.rows == theirs.rows && ours.columns == theirs.columns && ours.size_bytes == theirs.size_bytes);
        std::ifstream from(source.path, std::ios::binary);
        std::vector<char> expected(static_cast<size_t>(theirs.size_bytes));
        from.seekg(theirs.offset);
        from.read(expected.data(), static_cast<std::streamsize>(expected.size()));
        CHECK(std::memcmp(expected.data(), bytes.data() + ours.offset, expected.size()) == 0);
    }
    const pi_model_config config = source.config(PI_WEIGHTS_NATIVE);
    CHECK(std::memcmp(&config, &read.config, sizeof config) == 0);
}

TEST("rotary frequencies follow the base, the linear factor and the divisors")
{
    GgufWriter writer;
    add_llama_metadata(writer, tiny_shape());
    writer.add_number("llama.rope.freq_base", 500000.0f);
    writer.add_text("llama.rope.scaling.type", "linear");
    writer.add_integer("llama.rope.scaling.factor", 4);
    std::vector<uint8_t> divisors;
    for (int i = 0; i < 16; ++i) {
        GgufWriter::append(divisors, static_cast<float>(i + 1));
    }
    writer.add_tensor("rope_freqs.weight", {16}, PI_TYPE_F32, divisors);
    const std::vector<uint8_t> bytes = writer.bytes();
    const GgufModel model = read_gguf_model(GgufFile(bytes));
    CHECK(model.tensors.empty());
    for (int i = 0; i < 16; ++i) {
        const double expected = std::pow(500000.0, -i / 16.0) / 4 / (i + 1);
        CHECK(std::fabs(static_cast<double>(model.frequencies[static_cast<size_t>(i)]) / expected - 1) < 1e-6);
    }
}

TEST("a file that ends anywhere is refused, and none of its bytes is read that is not there")
{
    const SyntheticModel source(tiny_shape());
    const std::vector<uint8_t> whole = llama_gguf(source);
    for (size_t length = 0; length < whole.size() - 64; ++length) {
        // Memory of exactly this size, so that a sanitizer sees a byte too far.
        const std::vector<uint8_t> part(whole.begin(), whole.begin() + static_cast<int64_t>(length));
        CHECK(refusal(part) != "");
    }
}

TEST("a file with any wrong byte is read or refused")
{
    const SyntheticModel source(tiny_shape());
    const std::vector<uint8_t> whole = llama_gguf(source);
    SeededRandom random(3);
    int refused = 0;
    for (int round = 0; round < 4000; ++round) {
        std::vector<uint8_t> bytes = whole;
        for (int i = 0; i < 3; ++i) {
            bytes[static_cast<size_t>(random.below(2000))] = random.byte();
        }
        refused += refusal(bytes) != "" ? 1 : 0;
    }
    CHECK(refused > 1000 && refused < 4000);
}

TEST("what does not do is named")
{
    CHECK(names(refusal({'G', 'G', 'M', 'L'}), "not a GGUF"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.version = 1; }), "version 1"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_integer("general.alignment", 48); }), "general.alignment"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_integer("llama.block_count", 2); }), "llama.block_count is there twice"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_integer("llama.expert_count", 8); }), "llama.expert_count"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_raw("x", 99, {}); }), "x has the unknown value type 99"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_number("llama.rope.freq_base", -1.0f); }), "llama.rope.freq_base"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_text("llama.rope.scaling.type", "yarn"); }), "yarn"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_text("llama.vocab_size", "many"); }), "llama.vocab_size is not an integer"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("blk.7.attn_q.weight", {1}, PI_TYPE_F32, floats({0})); }), "blk.7.attn_q"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("a\x1b[31m", {1}, 99, {}); }), "a?[31m has type 99"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("t", {33}, PI_TYPE_Q4_0, {}); }), "33 columns"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("t", {1ull << 40, 1ull << 40}, PI_TYPE_F32, {}); }), "larger than the file"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("t", {8}, PI_TYPE_F32, {}); }), "ends behind"));
    CHECK(names(refusal_of([](GgufWriter& w) { w.add_tensor("rope_freqs.weight", {4}, PI_TYPE_F32, floats({1, 1, 1, 1})); }),
                "rope_freqs.weight"));
    std::vector<uint8_t> deep;
    for (int i = 0; i < 8; ++i) {
        GgufWriter::append(deep, uint32_t{9});
        GgufWriter::append(deep, uint64_t{1});
    }
    CHECK(names(refusal_of([&](GgufWriter& w) { w.add_raw("nested", 9, deep); }), "nested has arrays more than 3 deep"));
    std::vector<uint8_t> huge;
    GgufWriter::append(huge, uint32_t{0});
    GgufWriter::append(huge, uint64_t{4 << 20});
    CHECK(names(refusal_of([&](GgufWriter& w) { w.add_raw("huge", 9, huge); }), "huge is 4194304"));
}

#include "synthetic_file.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "error.h"

namespace preble::bench {
namespace {

// SmolLM2-135M's.
constexpr int layers = 30;
constexpr int hidden = 576;
constexpr int ffn = 1536;
constexpr int heads = 9;
constexpr int kv_heads = 3;
constexpr int head_size = 64;
constexpr int vocabulary = 49152;
constexpr int context = 8192;
constexpr float theta = 100000.0f;

// Halves: a scale for each type, and a minimum of -7.5 scales.
constexpr uint16_t q8_scale = 0x211f;
constexpr uint16_t q4_scale = 0x2225;
constexpr uint16_t q4_minimum = 0xadc3;

class Weights {
public:
    explicit Weights(std::vector<pi_tensor>& table) : table_(table) {}

    void add(int role, int layer, pi_type type, int64_t rows, int64_t columns)
    {
        const int64_t begin = static_cast<int64_t>(bytes.size());
        if (type == PI_TYPE_F32) {
            const float one = 1.0f;
            const unsigned char* const bits = reinterpret_cast<const unsigned char*>(&one);
            for (int64_t i = 0; i < rows * columns; ++i) {
                bytes.insert(bytes.end(), bits, bits + sizeof one);
            }
        } else {
            for (int64_t block = 0; block < rows * columns / 32; ++block) {
                add_block(type);
            }
        }
        table_.push_back({role, layer, type, 0, 0, 0, rows, columns, begin, static_cast<int64_t>(bytes.size()) - begin});
    }

    std::vector<unsigned char> bytes;

private:
    void add_block(pi_type type)
    {
        add_half(type == PI_TYPE_Q8_0 ? q8_scale : q4_scale);
        if (type == PI_TYPE_Q4_1) {
            add_half(q4_minimum);
        }
        for (int i = 0; i < (type == PI_TYPE_Q8_0 ? 32 : 16); ++i) {
            state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
            bytes.push_back(static_cast<unsigned char>(state_ >> 56));
        }
    }

    void add_half(uint16_t bits)
    {
        bytes.push_back(static_cast<unsigned char>(bits));
        bytes.push_back(static_cast<unsigned char>(bits >> 8));
    }

    std::vector<pi_tensor>& table_;
    uint64_t state_ = 1;
};

void add_layer(Weights& weights, int layer)
{
    weights.add(PI_ROLE_ATTENTION_NORM, layer, PI_TYPE_F32, 1, hidden);
    weights.add(PI_ROLE_QUERY, layer, PI_TYPE_Q4_1, heads * head_size, hidden);
    weights.add(PI_ROLE_KEY, layer, PI_TYPE_Q4_1, kv_heads * head_size, hidden);
    weights.add(PI_ROLE_VALUE, layer, PI_TYPE_Q4_1, kv_heads * head_size, hidden);
    weights.add(PI_ROLE_ATTENTION_OUTPUT, layer, PI_TYPE_Q4_1, hidden, heads * head_size);
    weights.add(PI_ROLE_FFN_NORM, layer, PI_TYPE_F32, 1, hidden);
    weights.add(PI_ROLE_FFN_GATE, layer, PI_TYPE_Q4_1, ffn, hidden);
    weights.add(PI_ROLE_FFN_UP, layer, PI_TYPE_Q4_1, ffn, hidden);
    weights.add(PI_ROLE_FFN_DOWN, layer, PI_TYPE_Q4_1, hidden, ffn);
}

}

std::string write_synthetic_file(GgufModel& model)
{
    model.config = {};
    model.config.struct_size = sizeof model.config;
    model.config.layers = layers;
    model.config.hidden = hidden;
    model.config.ffn = ffn;
    model.config.heads = heads;
    model.config.kv_heads = kv_heads;
    model.config.head_size = head_size;
    model.config.vocabulary = vocabulary;
    model.config.context = context;
    model.config.norm_epsilon = 1e-5f;
    for (int i = 0; i < head_size / 2; ++i) {
        model.frequencies.push_back(std::pow(theta, -2.0f * static_cast<float>(i) / head_size));
    }
    Weights weights(model.tensors);
    weights.add(PI_ROLE_TOKEN_EMBEDDING, 0, PI_TYPE_Q8_0, vocabulary, hidden);
    for (int layer = 0; layer < layers; ++layer) {
        add_layer(weights, layer);
    }
    weights.add(PI_ROLE_OUTPUT_NORM, 0, PI_TYPE_F32, 1, hidden);
    char name[] = "/tmp/preble-bench-XXXXXX";
    const int descriptor = mkstemp(name);
    std::FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "wb");
    if (file == nullptr || std::fwrite(weights.bytes.data(), 1, weights.bytes.size(), file) != weights.bytes.size() ||
        std::fclose(file) != 0) {
        fail(PI_IO, "cannot write %s", name);
    }
    return name;
}

}

#include "bench_model.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace preble::bench {
namespace {

// Halves: a scale for each type, and a minimum of -7.5 scales.
constexpr uint16_t q8_scale = 0x211f;
constexpr uint16_t q4_scale = 0x2225;
constexpr uint16_t q4_minimum = 0xadc3;

void append_half(std::vector<unsigned char>& to, uint16_t bits)
{
    to.push_back(static_cast<unsigned char>(bits));
    to.push_back(static_cast<unsigned char>(bits >> 8));
}

}

void succeed(int32_t status)
{
    if (status != PI_OK) {
        std::fprintf(stderr, "status %d: %s\n", status, pi_last_error());
        std::exit(1);
    }
}

void BenchModel::add(int role, int layer, pi_type type, int64_t rows, int64_t columns)
{
    static uint64_t state = 1;
    const int64_t begin = static_cast<int64_t>(bytes_.size());
    if (type == PI_TYPE_F32) {
        const float one = 1.0f;
        const unsigned char* const bits = reinterpret_cast<const unsigned char*>(&one);
        for (int64_t i = 0; i < rows * columns; ++i) {
            bytes_.insert(bytes_.end(), bits, bits + sizeof one);
        }
    } else {
        for (int64_t block = 0; block < rows * columns / 32; ++block) {
            append_half(bytes_, type == PI_TYPE_Q8_0 ? q8_scale : q4_scale);
            if (type == PI_TYPE_Q4_1) {
                append_half(bytes_, q4_minimum);
            }
            for (int i = 0; i < (type == PI_TYPE_Q8_0 ? 32 : 16); ++i) {
                state = state * 6364136223846793005ull + 1442695040888963407ull;
                bytes_.push_back(static_cast<unsigned char>(state >> 56));
            }
        }
    }
    tensors_.push_back({role, layer, type, 0, 0, 0, rows, columns, begin, static_cast<int64_t>(bytes_.size()) - begin});
}

void BenchModel::write_file()
{
    add(PI_ROLE_TOKEN_EMBEDDING, 0, PI_TYPE_Q8_0, vocabulary, hidden);
    for (int layer = 0; layer < layers; ++layer) {
        add(PI_ROLE_ATTENTION_NORM, layer, PI_TYPE_F32, 1, hidden);
        add(PI_ROLE_QUERY, layer, PI_TYPE_Q4_1, heads * head_size, hidden);
        add(PI_ROLE_KEY, layer, PI_TYPE_Q4_1, kv_heads * head_size, hidden);
        add(PI_ROLE_VALUE, layer, PI_TYPE_Q4_1, kv_heads * head_size, hidden);
        add(PI_ROLE_ATTENTION_OUTPUT, layer, PI_TYPE_Q4_1, hidden, heads * head_size);
        add(PI_ROLE_FFN_NORM, layer, PI_TYPE_F32, 1, hidden);
        add(PI_ROLE_FFN_GATE, layer, PI_TYPE_Q4_1, ffn, hidden);
        add(PI_ROLE_FFN_UP, layer, PI_TYPE_Q4_1, ffn, hidden);
        add(PI_ROLE_FFN_DOWN, layer, PI_TYPE_Q4_1, hidden, ffn);
    }
    add(PI_ROLE_OUTPUT_NORM, 0, PI_TYPE_F32, 1, hidden);
    char name[] = "/tmp/preble-bench-XXXXXX";
    const int descriptor = mkstemp(name);
    path_ = name;
    std::FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "wb");
    if (file == nullptr || std::fwrite(bytes_.data(), 1, bytes_.size(), file) != bytes_.size() || std::fclose(file) != 0) {
        std::fprintf(stderr, "cannot write %s\n", name);
        std::exit(1);
    }
}

BenchModel::BenchModel()
{
    write_file();
    pi_model_config config = {};
    config.struct_size = sizeof config;
    config.layers = layers;
    config.hidden = hidden;
    config.ffn = ffn;
    config.heads = heads;
    config.kv_heads = kv_heads;
    config.head_size = head_size;
    config.vocabulary = vocabulary;
    config.context = 8192;
    config.norm_epsilon = 1e-5f;
    std::vector<float> frequencies;
    for (int i = 0; i < head_size / 2; ++i) {
        frequencies.push_back(std::pow(100000.0f, -2.0f * static_cast<float>(i) / head_size));
    }
    const char* const paths[] = {path_.c_str()};
    succeed(pi_model_create(&config, paths, 1, tensors_.data(), static_cast<int32_t>(tensors_.size()), frequencies.data(), head_size / 2,
                            &handle));
    bytes_ = {};
}

BenchModel::~BenchModel()
{
    pi_model_free(handle);
    unlink(path_.c_str());
}

}

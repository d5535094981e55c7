#pragma once

#include <string>
#include <vector>

#include "preble_inference.h"

namespace preble::bench {

/// A random model with the shape of SmolLM2-135M in its own types (Q4_1, tied Q8_0 embedding): the numbers are noise, the work is the same.
class BenchModel {
public:
    BenchModel();
    ~BenchModel();
    BenchModel(const BenchModel&) = delete;
    BenchModel& operator=(const BenchModel&) = delete;

    static constexpr int layers = 30;
    static constexpr int hidden = 576;
    static constexpr int ffn = 1536;
    static constexpr int heads = 9;
    static constexpr int kv_heads = 3;
    static constexpr int head_size = 64;
    static constexpr int vocabulary = 49152;

    /// Multiply-adds of the linear layers for one token, and those of the head for one sampled row.
    static constexpr double layer_weights = 106.2e6;
    static constexpr double head_weights = static_cast<double>(vocabulary) * hidden;

    pi_model* handle = nullptr;

private:
    void add(int role, int layer, pi_type type, int64_t rows, int64_t columns);
    void write_file();

    std::string path_;
    std::vector<pi_tensor> tensors_;
    std::vector<unsigned char> bytes_;
};

/// Stops the program with the library's sentence when a call failed.
void succeed(int32_t status);

}

#pragma once

#include <string>

#include "gguf_model.h"
#include "preble_inference.h"

namespace preble::bench {

/// How many weights of a model a token meets, for counting operations and bytes.
struct ModelSize {
    double layer_weights = 0; // multiply-adds of the linear layers for one token
    double head_weights = 0;  // those of the head for one sampled row
    double four_bit_weights = 0; // of the layers', by their type in the file
    double eight_bit_weights = 0;
    double embedding_bytes = 0; // of an embedding that is not the head too: a step reads a few rows of it only
};

/// A checkpoint as the library takes it: a table and the file that it is of. Owns the file when it has made it.
class ModelSource {
public:
    static ModelSource from_file(const std::string& path);

    /// A random model with the shape of SmolLM2-135M in its own types (Q4_1, tied Q8_0 embedding): the numbers are noise, the work is the
    /// same.
    static ModelSource synthetic();

    ~ModelSource();
    ModelSource(ModelSource&& other) noexcept;
    ModelSource(const ModelSource&) = delete;

    ModelSize size() const;

    std::string name;
    std::string path;
    GgufModel model;

private:
    ModelSource() = default;

    bool own_file_ = false;
};

}

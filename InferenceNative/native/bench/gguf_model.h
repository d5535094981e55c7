#pragma once

#include <vector>

#include "gguf_file.h"
#include "preble_inference.h"

namespace preble::bench {

/// What pi_model_create takes, read from a GGUF file of the architecture llama.
struct GgufModel {
    pi_model_config config = {};
    std::vector<pi_tensor> tensors; // of file 0
    std::vector<float> frequencies;
};

/// Throws an Error that names the metadata value or the tensor that does not do. Shapes are checked by pi_model_create.
GgufModel read_gguf_model(const GgufFile& file);

}

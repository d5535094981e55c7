#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "backends/cpu/kernels.h"
#include "model/config.h"
#include "model/mapped_file.h"
#include "model/tensor_table.h"
#include "runtime/memory_region.h"

namespace preble {

/// The three matrices of a feed-forward layer, or of one expert of it.
struct FeedForward {
    Matrix gate = {};
    Matrix up = {};
    Matrix down = {};
};

/// A layer's weights; what is null its family has not got.
struct LayerWeights {
    const float* attention_norm = nullptr;
    const float* ffn_norm = nullptr;
    const float* post_attention_norm = nullptr;
    const float* post_ffn_norm = nullptr;
    const float* query_bias = nullptr;
    const float* key_bias = nullptr;
    const float* value_bias = nullptr;
    const float* query_norm = nullptr;
    const float* key_norm = nullptr;
    Matrix query = {};
    Matrix key = {};
    Matrix value = {};
    Matrix attention_output = {};
    FeedForward dense = {};
    Matrix router = {};                // always float32, for a choice must not turn on how it is rounded
    std::vector<FeedForward> experts;  // instead of `dense`
};

/// A model's weights, packed for one set of kernels: the only copy in the process, shared by all engines.
struct Weights {
    Matrix embedding = {};
    Matrix head = {};  // the embedding when tied
    const float* output_norm = nullptr;
    std::vector<LayerWeights> layers;
    MemoryRegion memory;
    int64_t parameter_count = 0;
};

/// Packs the tensors of a checked table, giving the files' pages back as it goes, so that the weights are resident once.
Weights load_weights(const Config& config, std::span<const MappedFile> files, const TensorTable& table, const Kernels& kernels);

}

#pragma once

#include <cstdint>
#include <vector>

#include "backends/cpu/kernels.h"
#include "model/config.h"
#include "runtime/memory_region.h"

namespace preble {

/// Rounds a width up so that every row of a buffer ends on a whole vector of any instruction set.
constexpr int64_t padded_width(int64_t width) { return (width + row_padding - 1) / row_padding * row_padding; }

/// A buffer of float32 rows. The padding of each row is zero and stays so.
struct Rows {
    float* data = nullptr;
    int64_t stride = 0;

    float* row(int64_t index) const { return data + index * stride; }
};

/// Room for quantised rows, beside the floats they came from.
struct QuantizedRows {
    int8_t* bytes = nullptr;
    int64_t stride = 0;
    float* scales = nullptr;
    float* scaled_sums = nullptr;
    int32_t* sums = nullptr;
    int64_t blocks_stride = 0;
};

/// An engine's memory for one step, taken once and touched as far as steps need it.
class Workspace {
public:
    Workspace(const Config& config, int max_tokens, int max_chunks);

    /// Makes room for the scratch memory of this many threads.
    void prepare_threads(int threads);

    float* attention_scratch(int thread) const { return threads_[static_cast<size_t>(thread)].as<float>(); }
    uint8_t* sampling_scratch(int thread) const { return threads_[static_cast<size_t>(thread)].as<uint8_t>(attention_bytes_); }

    Rows residual;
    Rows normed;
    Rows query;
    Rows key;
    Rows value;
    Rows attended;
    Rows gate;
    Rows up;
    Rows cosine;
    Rows sine;
    Rows head_input;  // of the rows that sample
    Rows logits;      // of the rows that sample
    QuantizedRows quantized;

private:
    MemoryRegion memory_;
    std::vector<MemoryRegion> threads_;
    size_t attention_bytes_;
    size_t thread_bytes_;
};

}

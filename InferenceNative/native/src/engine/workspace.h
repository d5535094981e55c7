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
    BlockSums* sums = nullptr;
    int64_t blocks_stride = 0;
};

/// Which rows go to which expert of a layer, as lists. A slot is a place in the gathered rows, where each expert's rows are neighbours.
struct ExpertChoice {
    int32_t* experts = nullptr;      // [row][rank]: the chosen ones, best first
    float* shares = nullptr;         // [row][rank]
    int32_t* slots = nullptr;        // [row][rank]
    int32_t* sources = nullptr;      // [slot]: its row
    int32_t* first_slots = nullptr;  // [expert + 1]
    int32_t* first_items = nullptr;  // [expert + 1]: of the work that is being shared out
};

/// An engine's memory for one step, taken once and touched as far as steps need it.
class Workspace {
public:
    Workspace(const Config& config, int max_tokens, int max_samples);

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
    Rows cosine;      // of every rotary set, side by side
    Rows sine;
    Rows expert_rows; // a mixture's inputs, a copy for each of a token's experts, then its outputs; gate and up have as many rows
    Rows router;
    ExpertChoice choice;
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

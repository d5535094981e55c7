#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/config.h"
#include "preble_inference.h"

namespace preble {

/// The arrays of one call of pi_engine_step.
struct StepArguments {
    std::span<const pi_chunk> chunks;
    std::span<const int32_t> tokens;
    std::span<const int32_t> blocks;
    std::span<const int32_t> history;
    std::span<int32_t> sampled;
};

/// One token to be sampled: from the logits of a row, with the history and to the place that its chunk says.
struct Sample {
    int32_t chunk;
    int32_t position;  // of the token to be sampled
    std::span<const int32_t> history;
    int32_t* token;
};

/// One token of a step.
struct Row {
    int32_t token;
    int32_t position;
    int32_t chunk;
};

/// A step's chunks, checked, and laid out as rows: first all tokens of chunk 0, then of chunk 1, and so on.
/// Reused from step to step, so that nothing is allocated once the vectors have grown.
class Batch {
public:
    Batch(const Config& config, const pi_engine_options& options);

    /// Checks everything and throws PI_INVALID_ARGUMENT before anything is computed.
    void assign(const StepArguments& arguments);

    std::span<const pi_chunk> chunks() const { return arguments_.chunks; }
    std::span<const Row> rows() const { return rows_; }
    std::span<const int32_t> blocks() const { return arguments_.blocks; }
    const int32_t* blocks_of(const pi_chunk& chunk) const { return arguments_.blocks.data() + chunk.block_offset; }
    std::span<int32_t> sampled() const { return arguments_.sampled; }

    /// What is sampled, and the row from whose logits each is.
    std::span<const Sample> samples() const { return samples_; }
    std::span<const int32_t> sampling_rows() const { return sampling_rows_; }

private:
    std::span<const int32_t> history_of(const pi_chunk& chunk) const
    {
        return arguments_.history.subspan(static_cast<size_t>(chunk.history_offset), static_cast<size_t>(chunk.history_count));
    }
    void check_chunk(int index) const;
    void check_tokens(int index) const;
    void check_sampling(int index) const;
    void check_sampled() const;
    void check_sharing();
    void lay_out();
    void add_samples(int32_t index, int32_t first_row);

    const Config& config_;
    const pi_engine_options options_;
    StepArguments arguments_;
    std::vector<Row> rows_;
    std::vector<Sample> samples_;
    std::vector<int32_t> sampling_rows_;
    std::vector<int64_t> written_;  // by block: the check in which a chunk was last seen to write it
    int64_t check_number_ = 0;
};

}

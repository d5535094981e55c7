#include "engine/batch.h"

#include <algorithm>
#include <cmath>

#include "backends/cpu/kernels.h"
#include "error.h"

namespace preble {
namespace {

bool is_slice(int64_t offset, int64_t count, size_t size)
{
    return offset >= 0 && count >= 0 && offset + count <= static_cast<int64_t>(size);
}

int blocks_needed(const pi_chunk& chunk)
{
    return (chunk.start_position + chunk.token_count + block_tokens - 1) / block_tokens;
}

}

Batch::Batch(const Config& config, const pi_engine_options& options)
    : config_(config), options_(options), written_(static_cast<size_t>(options.block_count), -1)
{
    rows_.reserve(static_cast<size_t>(options.max_step_tokens));
    samples_.reserve(static_cast<size_t>(options.max_step_samples));
    sampling_rows_.reserve(static_cast<size_t>(options.max_step_samples));
}

void Batch::assign(const StepArguments& arguments)
{
    arguments_ = arguments;
    const size_t count = arguments.chunks.size();
    if (count < 1 || count > static_cast<size_t>(options_.max_step_chunks)) {
        fail(PI_INVALID_ARGUMENT, "a step has %zu chunks, but must have 1 to %d", count, options_.max_step_chunks);
    }
    int64_t total = 0;
    for (size_t index = 0; index < count; ++index) {
        check_chunk(static_cast<int>(index));
        total += arguments.chunks[index].token_count;
    }
    if (total > options_.max_step_tokens) {
        fail(PI_INVALID_ARGUMENT, "a step has %lld tokens, but at most %d are allowed", static_cast<long long>(total),
             options_.max_step_tokens);
    }
    for (size_t index = 0; index < count; ++index) {
        check_tokens(static_cast<int>(index));
        check_sampling(static_cast<int>(index));
    }
    check_sampled();
    check_sharing();
    lay_out();
}

void Batch::check_chunk(int index) const
{
    const pi_chunk& chunk = arguments_.chunks[static_cast<size_t>(index)];
    if (chunk.token_count < 1 || !is_slice(chunk.token_offset, chunk.token_count, arguments_.tokens.size())) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: tokens %d + %d are not a slice of %zu", index, chunk.token_offset, chunk.token_count,
             arguments_.tokens.size());
    }
    if (chunk.start_position < 0 || static_cast<int64_t>(chunk.start_position) + chunk.token_count > config_.context) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: positions %d + %d leave the context of %d", index, chunk.start_position, chunk.token_count,
             config_.context);
    }
    if (!is_slice(chunk.block_offset, chunk.block_count, arguments_.blocks.size()) || chunk.block_count < blocks_needed(chunk)) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: blocks %d + %d are not a slice of %zu that holds %d tokens", index, chunk.block_offset,
             chunk.block_count, arguments_.blocks.size(), chunk.start_position + chunk.token_count);
    }
    if (!is_slice(chunk.history_offset, chunk.history_count, arguments_.history.size()) || chunk.history_prompt < 0 ||
        chunk.history_prompt > chunk.history_count) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: history %d + %d (%d of the prompt) is not a slice of %zu", index, chunk.history_offset,
             chunk.history_count, chunk.history_prompt, arguments_.history.size());
    }
    if (chunk.samples < 0 || chunk.samples > chunk.token_count) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: samples is %d, but must be from 0 to the %d tokens", index, chunk.samples, chunk.token_count);
    }
    if (chunk.history_count != 0 && chunk.history_count < chunk.samples) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: a history of %d tokens is too short for %d samples", index, chunk.history_count,
             chunk.samples);
    }
}

void Batch::check_sampled() const
{
    int64_t total = 0;
    int64_t end = 0;
    int index = 0;
    for (const pi_chunk& chunk : arguments_.chunks) {
        if (chunk.samples > 0) {
            if (chunk.sampled_offset < end || !is_slice(chunk.sampled_offset, chunk.samples, arguments_.sampled.size())) {
                fail(PI_INVALID_ARGUMENT, "chunk %d: sampled %d + %d is not a slice of %zu after that of the chunk before", index,
                     chunk.sampled_offset, chunk.samples, arguments_.sampled.size());
            }
            end = static_cast<int64_t>(chunk.sampled_offset) + chunk.samples;
            total += chunk.samples;
        }
        ++index;
    }
    if (total > options_.max_step_samples) {
        fail(PI_INVALID_ARGUMENT, "a step samples %lld tokens, but at most %d are allowed", static_cast<long long>(total),
             options_.max_step_samples);
    }
}

void Batch::check_tokens(int index) const
{
    const pi_chunk& chunk = arguments_.chunks[static_cast<size_t>(index)];
    const auto outside = [](int32_t value, int count) { return value < 0 || value >= count; };
    for (const int32_t token : arguments_.tokens.subspan(static_cast<size_t>(chunk.token_offset), static_cast<size_t>(chunk.token_count))) {
        if (outside(token, config_.vocabulary)) {
            fail(PI_INVALID_ARGUMENT, "chunk %d: token %d is not in the vocabulary of %d", index, token, config_.vocabulary);
        }
    }
    for (const int32_t token : history_of(chunk)) {
        if (outside(token, config_.vocabulary)) {
            fail(PI_INVALID_ARGUMENT, "chunk %d: token %d of its history is not in the vocabulary of %d", index, token, config_.vocabulary);
        }
    }
    for (int i = 0; i < chunk.block_count; ++i) {
        if (outside(blocks_of(chunk)[i], options_.block_count)) {
            fail(PI_INVALID_ARGUMENT, "chunk %d: block %d is not one of %d", index, blocks_of(chunk)[i], options_.block_count);
        }
    }
}

void Batch::check_sampling(int index) const
{
    const pi_chunk& chunk = arguments_.chunks[static_cast<size_t>(index)];
    if (chunk.samples == 0) {
        return;
    }
    const pi_sampling& sampling = chunk.sampling;
    const auto refuse = [&](const char* name, double value) {
        fail(PI_INVALID_ARGUMENT, "chunk %d: %s of %g is out of range", index, name, value);
    };
    // Written so that a value that is not a number is refused.
    if (!(sampling.temperature >= 0) || std::isinf(sampling.temperature)) {
        refuse("temperature", sampling.temperature);
    }
    if (!(sampling.repetition_penalty > 0) || std::isinf(sampling.repetition_penalty)) {
        refuse("repetition_penalty", sampling.repetition_penalty);
    }
    if (!std::isfinite(sampling.presence_penalty) || !std::isfinite(sampling.frequency_penalty)) {
        refuse("presence or frequency penalty", sampling.presence_penalty + sampling.frequency_penalty);
    }
    if (sampling.temperature == 0) {
        return;
    }
    if (!(sampling.top_p > 0 && sampling.top_p <= 1)) {
        refuse("top_p", sampling.top_p);
    }
    if (!(sampling.min_p >= 0 && sampling.min_p <= 1)) {
        refuse("min_p", sampling.min_p);
    }
    if (sampling.top_k < 0) {
        refuse("top_k", sampling.top_k);
    }
}

void Batch::check_sharing()
{
    ++check_number_;
    int index = 0;
    for (const pi_chunk& chunk : arguments_.chunks) {
        for (int i = chunk.start_position / block_tokens; i < blocks_needed(chunk); ++i) {
            int64_t& written = written_[static_cast<size_t>(blocks_of(chunk)[i])];
            if (written == check_number_) {
                fail(PI_INVALID_ARGUMENT, "chunk %d: block %d is written twice in this step", index, blocks_of(chunk)[i]);
            }
            written = check_number_;
        }
        ++index;
    }
    index = 0;
    for (const pi_chunk& chunk : arguments_.chunks) {
        for (int i = 0; i < chunk.start_position / block_tokens; ++i) {
            if (written_[static_cast<size_t>(blocks_of(chunk)[i])] == check_number_) {
                fail(PI_INVALID_ARGUMENT, "chunk %d: block %d is read here and written in the same step", index, blocks_of(chunk)[i]);
            }
        }
        ++index;
    }
}

void Batch::lay_out()
{
    rows_.clear();
    samples_.clear();
    sampling_rows_.clear();
    for (int32_t index = 0; index < static_cast<int32_t>(arguments_.chunks.size()); ++index) {
        const pi_chunk& chunk = arguments_.chunks[static_cast<size_t>(index)];
        for (int32_t i = 0; i < chunk.token_count; ++i) {
            rows_.push_back({arguments_.tokens[static_cast<size_t>(chunk.token_offset + i)], chunk.start_position + i, index});
        }
        add_samples(index, static_cast<int32_t>(rows_.size()) - chunk.samples);
    }
}

void Batch::add_samples(int32_t index, int32_t first_row)
{
    const pi_chunk& chunk = arguments_.chunks[static_cast<size_t>(index)];
    const std::span<const int32_t> history = history_of(chunk);
    for (int32_t i = 0; i < chunk.samples; ++i) {
        const int32_t guessed_after = chunk.samples - 1 - i;
        samples_.push_back({index, chunk.start_position + chunk.token_count - guessed_after,
                            history.empty() ? history : history.first(history.size() - static_cast<size_t>(guessed_after)),
                            arguments_.sampled.data() + chunk.sampled_offset + i});
        sampling_rows_.push_back(first_row + i);
    }
}

}

#include "case_run.h"

#include <algorithm>

#include "engine/engine.h"
#include "error.h"

namespace preble::bench {
namespace {

constexpr int block_tokens_of_an_engine = 16;
// Rounds write at the same few positions after the context, again and again: the context stays what it is called.
constexpr int positions_after_context = 32;
constexpr int most_decode_steps = 24;
constexpr int least_decode_steps = 6;
constexpr int decoded_rows_of_a_round = 192;
// The flag of pi_engine_set_trace with which attention shares no work between sequences.
constexpr int32_t trace_attention_alone = 4;

int blocks_of(int tokens) { return (tokens + block_tokens_of_an_engine - 1) / block_tokens_of_an_engine; }

pi_chunk greedy_chunk()
{
    pi_chunk chunk = {};
    chunk.samples = 1;
    chunk.sampling.top_p = 1;
    chunk.sampling.repetition_penalty = 1;
    return chunk;
}

}

void succeed(int32_t status)
{
    if (status != PI_OK) {
        throw Error(static_cast<pi_status>(status), pi_last_error());
    }
}

CaseRun::CaseRun(const pi_model* model, const BenchCase& what, const RunSettings& settings) : case_(what), settings_(settings)
{
    const int tokens = case_.is_prefill() ? case_.context + case_.count : case_.context + positions_after_context;
    for (int i = 0; i < tokens; ++i) {
        tokens_.push_back(static_cast<int32_t>((i * 7919ll + 13) % settings_.vocabulary));
    }
    blocks_per_sequence_ = blocks_of(tokens);
    lay_out_blocks();
    sampled_.resize(static_cast<size_t>(case_.is_prefill() ? 1 : case_.count));
    create_engine(model);
    prefill(0, 0, case_.context);
    // The others get copies: what is read must be memory of their own, but need not be computed again.
    const int own = case_.has_one_context() ? case_.context / block_tokens_of_an_engine : 0;
    for (int sequence = 1; !case_.is_prefill() && sequence < case_.count; ++sequence) {
        for (int block = own; block < blocks_of(case_.context); ++block) {
            succeed(pi_engine_copy_block(engine_, blocks_[static_cast<size_t>(block)],
                                         blocks_[static_cast<size_t>(sequence * blocks_per_sequence_ + block)]));
        }
    }
}

CaseRun::~CaseRun() { pi_engine_free(engine_); }

void CaseRun::create_engine(const pi_model* model)
{
    pi_engine_options options = {};
    options.struct_size = sizeof options;
    options.block_size = block_tokens_of_an_engine;
    options.block_count = *std::max_element(blocks_.begin(), blocks_.end()) + 1;
    options.max_step_tokens = std::max(settings_.step_tokens, case_.is_prefill() ? 1 : case_.count);
    options.max_step_chunks = case_.is_prefill() ? 1 : case_.count;
    options.kv_type = settings_.kv_type;
    succeed(pi_engine_create(model, &options, &engine_));
    if (case_.kind == CaseKind::unshared) {
        succeed(pi_engine_set_trace(engine_, trace_attention_alone));
    }
}

void CaseRun::lay_out_blocks()
{
    const int sequences = case_.is_prefill() ? 1 : case_.count;
    const int common = case_.has_one_context() ? case_.context / block_tokens_of_an_engine : 0;
    int32_t next = common;
    for (int sequence = 0; sequence < sequences; ++sequence) {
        for (int block = 0; block < blocks_per_sequence_; ++block) {
            blocks_.push_back(block < common ? block : next++);
        }
    }
}

void CaseRun::prefill(int sequence, int begin, int end)
{
    const int32_t* const table = blocks_.data() + sequence * blocks_per_sequence_;
    for (int position = begin; position < end; position += settings_.step_tokens) {
        pi_chunk chunk = greedy_chunk();
        chunk.token_count = std::min(settings_.step_tokens, end - position);
        chunk.start_position = position;
        chunk.block_count = blocks_per_sequence_;
        chunk.samples = position + chunk.token_count == end ? 1 : 0;
        succeed(pi_engine_step(engine_, &chunk, 1, tokens_.data() + position, chunk.token_count, table, blocks_per_sequence_, nullptr, 0,
                               sampled_.data(), 1));
    }
}

void CaseRun::decode(int position)
{
    chunks_.clear();
    for (int i = 0; i < case_.count; ++i) {
        pi_chunk chunk = greedy_chunk();
        chunk.token_offset = i % static_cast<int>(tokens_.size());
        chunk.token_count = 1;
        chunk.start_position = position;
        chunk.block_offset = i * blocks_per_sequence_;
        chunk.block_count = blocks_per_sequence_;
        chunk.sampled_offset = i;
        chunks_.push_back(chunk);
    }
    succeed(pi_engine_step(engine_, chunks_.data(), case_.count, tokens_.data(), static_cast<int32_t>(tokens_.size()), blocks_.data(),
                           static_cast<int32_t>(blocks_.size()), nullptr, 0, sampled_.data(), case_.count));
}

Cost CaseRun::measure()
{
    const Stopwatch watch;
    if (case_.is_prefill()) {
        prefill(0, case_.context, case_.context + case_.count);
        return watch.read();
    }
    for (int step = 0; step < steps_of_a_round(); ++step) {
        decode(case_.context + round_++ % positions_after_context);
    }
    return watch.read();
}

Cost CaseRun::measure_parts(OperatorTimes& times)
{
    engine_->measure(&times);
    const Cost cost = measure();
    engine_->measure(nullptr);
    return cost;
}

int CaseRun::steps_of_a_round() const
{
    return case_.is_prefill() ? (case_.count + settings_.step_tokens - 1) / settings_.step_tokens
                              : std::clamp(decoded_rows_of_a_round / case_.count, least_decode_steps, most_decode_steps);
}

double CaseRun::tokens_of_a_round() const { return case_.is_prefill() ? case_.count : 1.0 * case_.count * steps_of_a_round(); }

}

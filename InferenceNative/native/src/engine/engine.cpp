#include "engine/engine.h"

#include <algorithm>
#include <cstring>

#include "engine/block_codec.h"
#include "engine/sampler.h"
#include "error.h"
#include "forward/attention.h"
#include "forward/embedding.h"
#include "forward/logits.h"
#include "forward/mlp.h"
#include "forward/rotary.h"
#include "runtime/runtime.h"

namespace {

using namespace preble;

pi_engine_options check_options(pi_engine_options options)
{
    if (options.block_size != block_tokens) {
        fail(PI_UNSUPPORTED, "block_size is %d, but this build has blocks of %d tokens", options.block_size, block_tokens);
    }
    constexpr int most = 1 << 24;
    if (options.block_count < 1 || options.block_count > most) {
        fail(PI_INVALID_ARGUMENT, "block_count is %d, but must be from 1 to %d", options.block_count, most);
    }
    if (options.max_step_tokens < 1 || options.max_step_tokens > 1 << 20 || options.max_step_chunks < 1 ||
        options.max_step_chunks > 1 << 16) {
        fail(PI_INVALID_ARGUMENT, "max_step_tokens %d and max_step_chunks %d must be from 1 to %d and %d", options.max_step_tokens,
             options.max_step_chunks, 1 << 20, 1 << 16);
    }
    if (options.threads < 0 || options.threads > ThreadPool::max_threads) {
        fail(PI_INVALID_ARGUMENT, "threads is %d, but must be from 0 to %d", options.threads, ThreadPool::max_threads);
    }
    if (options.max_step_samples < 0 || options.max_step_samples > options.max_step_tokens) {
        fail(PI_INVALID_ARGUMENT, "max_step_samples %d must be from 0 to max_step_tokens %d", options.max_step_samples,
             options.max_step_tokens);
    }
    if (options.max_step_samples == 0) {
        options.max_step_samples = options.max_step_chunks;
    }
    return options;
}

/// Notices two threads in one engine: a caller's bug that would corrupt the cache.
class Use {
public:
    explicit Use(std::atomic<bool>& in_use) : in_use_(in_use)
    {
        if (in_use_.exchange(true)) {
            fail(PI_INVALID_ARGUMENT, "this engine is in use by another thread");
        }
    }
    ~Use() { in_use_.store(false); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

private:
    std::atomic<bool>& in_use_;
};

}

pi_engine::pi_engine(const pi_model& model, const pi_engine_options& options)
    : model_(model), options_(check_options(options)), batch_(model.config, options_),
      cache_(model.config, KvCache::form_of(model.config, options_.kv_type), options_.block_count),
      memory_(model.config, options_.max_step_tokens, options_.max_step_samples),
      attention_(model.config, cache_.padded_head(), options_.max_step_tokens, options_.max_step_chunks),
      own_threads_(options_.threads == 0 ? nullptr : std::make_unique<OwnThreads>(options_.threads))
{
}

void pi_engine::step(const StepArguments& arguments)
{
    const Use use(in_use_);
    batch_.assign(arguments);
    if (own_threads_ != nullptr) {
        OwnThreads::Use own(*own_threads_);
        compute(own.pool());
    } else {
        Runtime::Turn turn(Runtime::shared());
        compute(turn.pool());
    }
}

void pi_engine::compute(ThreadPool& pool)
{
    memory_.prepare_threads(pool.threads());
    attention_.assign(batch_, pool.threads(), !trace_.wants_attention_alone());
    const Step step = {model_, batch_, cache_, memory_, attention_, pool, times_};
    trace_.begin_step(step.row_count());
    forward(step);
    sample(step, compute_logits(step));
}

void pi_engine::forward(const Step& step)
{
    embed_tokens(step);
    prepare_rotation(step);
    for (int layer = 0; layer < model_.config.layers; ++layer) {
        if (trace_.wants_hidden()) {
            trace_.keep_hidden(layer, memory_.residual);
        }
        attention_layer(step, layer);
        mlp_layer(step, layer);
    }
}

const Rows& pi_engine::compute_logits(const Step& step)
{
    if (trace_.wants_all_rows()) {
        // Norms of all rows are wanted too, so the head's compact input does not do; without trace 1 the head itself is left out.
        logits_of_rows(step, trace_.all_rows(), memory_.normed, trace_.wants_logits() ? trace_.logits() : Rows{});
        if (trace_.wants_hidden()) {
            trace_.keep_hidden(model_.config.layers, memory_.normed);
        }
        if (trace_.wants_logits()) {
            return trace_.logits();
        }
    }
    logits_of_rows(step, batch_.sampling_rows(), memory_.head_input, memory_.logits);
    return memory_.logits;
}

void pi_engine::sample(const Step& step, const Rows& logits)
{
    std::fill(batch_.sampled().begin(), batch_.sampled().end(), -1);
    const int count = static_cast<int>(batch_.samples().size());
    std::atomic<int32_t> bad_chunk{-1};
    step.pool.run(count, [&](int item, int thread) {
        const Sample& sample = batch_.samples()[static_cast<size_t>(item)];
        const int32_t row = batch_.sampling_rows()[static_cast<size_t>(item)];
        const pi_chunk& chunk = batch_.chunks()[static_cast<size_t>(sample.chunk)];
        Sampler sampler(step.kernels(), model_.config.vocabulary, memory_.sampling_scratch(thread));
        const SamplingContext context = {chunk.sampling, sample.history, chunk.history_prompt, sample.position};
        *sample.token = sampler.choose(logits.row(trace_.wants_logits() ? row : item), context);
        if (*sample.token == Sampler::not_a_number) {
            bad_chunk.store(sample.chunk);
        }
    });
    if (bad_chunk.load() >= 0) {
        fail(PI_INTERNAL, "chunk %d: a logit is infinite or not a number", bad_chunk.load());
    }
}

int64_t pi_engine::block_bytes(int32_t encoding) const { return encoded_bytes(cache_, encoding); }

void pi_engine::copy_block(int32_t from, int32_t to)
{
    const Use use(in_use_);
    check_block(from);
    check_block(to);
    std::memmove(cache_.head(to, 0, 0), cache_.head(from, 0, 0), static_cast<size_t>(cache_.block_stride()));
}

void pi_engine::save_block(int32_t block, int32_t encoding, std::span<uint8_t> out)
{
    const Use use(in_use_);
    check_block(block);
    check_bytes(encoding, out.size());
    encode_block(cache_, block, static_cast<pi_block_encoding>(encoding), out);
}

void pi_engine::load_block(int32_t block, int32_t encoding, std::span<const uint8_t> in)
{
    const Use use(in_use_);
    check_block(block);
    check_bytes(encoding, in.size());
    decode_block(cache_, block, static_cast<pi_block_encoding>(encoding), in);
}

void pi_engine::check_block(int32_t block) const
{
    if (block < 0 || block >= cache_.block_count()) {
        fail(PI_INVALID_ARGUMENT, "there is no block %d: the engine has %d", block, cache_.block_count());
    }
}

void pi_engine::check_bytes(int32_t encoding, size_t count) const
{
    const int64_t needed = block_bytes(encoding);
    if (count != static_cast<size_t>(needed)) {
        fail(PI_INVALID_ARGUMENT, "a block takes %lld bytes in encoding %d, not %lld", static_cast<long long>(needed), encoding,
             static_cast<long long>(count));
    }
}

void pi_engine::set_trace(int32_t flags)
{
    const Use use(in_use_);
    if (flags < 0 || flags > (Trace::logits_flag | Trace::hidden_flag | Trace::attention_alone_flag)) {
        fail(PI_INVALID_ARGUMENT, "trace flags are %d, but must be 0 to 7", flags);
    }
    trace_.set(model_.config, options_.max_step_tokens, flags);
}

void pi_engine::get_logits(int32_t row, float* out, int32_t count) const
{
    if (!trace_.wants_logits() || row < 0 || row >= trace_.rows() || count != model_.config.vocabulary || out == nullptr) {
        fail(PI_INVALID_ARGUMENT, "no logits of row %d in %d values: trace 1 must be on, %d rows, %d values", row, count, trace_.rows(),
             model_.config.vocabulary);
    }
    std::copy(trace_.logits().row(row), trace_.logits().row(row) + count, out);
}

void pi_engine::get_hidden(int32_t layer, int32_t row, float* out, int32_t count) const
{
    if (!trace_.wants_hidden() || layer < 0 || layer > model_.config.layers || row < 0 || row >= trace_.rows() ||
        count != model_.config.hidden || out == nullptr) {
        fail(PI_INVALID_ARGUMENT,
             "no hidden state of layer %d, row %d in %d values: trace 2 must be on, layers 0 to %d, %d rows, %d values", layer, row, count,
             model_.config.layers, trace_.rows(), model_.config.hidden);
    }
    std::copy(trace_.hidden_row(layer, row), trace_.hidden_row(layer, row) + count, out);
}

#pragma once

#include <algorithm>
#include <vector>

#include "synthetic_model.h"

namespace preble::testing {

constexpr pi_sampling greedy = {0, 1, 0, 1, 0, 0, 0, 0, 0};

/// One chunk of a step with its arrays, before they are laid side by side for the call.
struct TestChunk {
    std::vector<int32_t> tokens;
    int start = 0;
    std::vector<int32_t> blocks;
    int samples = 1;
    pi_sampling sampling = greedy;
    std::vector<int32_t> history = {};
    int history_prompt = 0;
};

/// The arrays of a step as the ABI takes them; a chunk that does not sample has a place in `sampled` all the same.
struct TestStep {
    explicit TestStep(const std::vector<TestChunk>& from)
    {
        for (const TestChunk& chunk : from) {
            chunks.push_back({static_cast<int32_t>(tokens.size()), static_cast<int32_t>(chunk.tokens.size()), chunk.start,
                              static_cast<int32_t>(blocks.size()), static_cast<int32_t>(chunk.blocks.size()), chunk.samples,
                              static_cast<int32_t>(history.size()), static_cast<int32_t>(chunk.history.size()), chunk.history_prompt,
                              static_cast<int32_t>(sampled.size()),
                              chunk.sampling});
            tokens.insert(tokens.end(), chunk.tokens.begin(), chunk.tokens.end());
            blocks.insert(blocks.end(), chunk.blocks.begin(), chunk.blocks.end());
            history.insert(history.end(), chunk.history.begin(), chunk.history.end());
            sampled.resize(sampled.size() + static_cast<size_t>(std::max(1, chunk.samples)), -7);
        }
    }

    int32_t run(pi_engine* engine)
    {
        return pi_engine_step(engine, chunks.data(), static_cast<int32_t>(chunks.size()), tokens.data(),
                              static_cast<int32_t>(tokens.size()), blocks.data(), static_cast<int32_t>(blocks.size()), history.data(),
                              static_cast<int32_t>(history.size()), sampled.data(), static_cast<int32_t>(sampled.size()));
    }

    std::vector<pi_chunk> chunks;
    std::vector<int32_t> tokens;
    std::vector<int32_t> blocks;
    std::vector<int32_t> history;
    std::vector<int32_t> sampled;
};

/// An engine that frees itself, with tracing on unless told otherwise.
class TestEngine {
public:
    TestEngine(const LoadedModel& model, int blocks, int trace, pi_kv_type kv) : TestEngine(model, blocks, trace, 0, kv) {}
    explicit TestEngine(const LoadedModel& model, int blocks = 64, int trace = 3, int samples = 0, pi_kv_type kv = PI_KV_DEFAULT)
        : shape(model.shape)
    {
        const pi_engine_options options = {sizeof(pi_engine_options), 16, blocks, 256, 8, kv, 0, samples};
        succeed(pi_engine_create(model.handle, &options, &handle));
        succeed(pi_engine_set_trace(handle, trace));
    }
    ~TestEngine() { pi_engine_free(handle); }
    TestEngine(const TestEngine&) = delete;
    TestEngine& operator=(const TestEngine&) = delete;

    std::vector<int32_t> step(const std::vector<TestChunk>& chunks)
    {
        TestStep arrays(chunks);
        succeed(arrays.run(handle));
        return arrays.sampled;
    }

    std::vector<float> logits(int row) const
    {
        std::vector<float> out(static_cast<size_t>(shape.vocabulary));
        succeed(pi_engine_get_logits(handle, row, out.data(), shape.vocabulary));
        return out;
    }

    std::vector<float> hidden(int layer, int row) const
    {
        std::vector<float> out(static_cast<size_t>(shape.hidden));
        succeed(pi_engine_get_hidden(handle, layer, row, out.data(), shape.hidden));
        return out;
    }

    SyntheticModel::Shape shape;
    pi_engine* handle = nullptr;
};

inline std::vector<int32_t> random_tokens(SeededRandom& random, int count, int vocabulary)
{
    std::vector<int32_t> tokens;
    for (int i = 0; i < count; ++i) {
        tokens.push_back(random.below(vocabulary));
    }
    return tokens;
}

/// first, first + step, … : enough blocks for the tokens.
inline std::vector<int32_t> blocks_for(int tokens, int first, int step = 1)
{
    std::vector<int32_t> blocks;
    for (int i = 0; i < (tokens + 15) / 16; ++i) {
        blocks.push_back(first + i * step);
    }
    return blocks;
}

}

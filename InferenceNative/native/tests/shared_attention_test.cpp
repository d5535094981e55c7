#include <algorithm>
#include <cmath>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

// Sequences that share leading blocks have attention over them computed together; their bits are those of each alone.
namespace {

constexpr int prefix = 600;     // two segments and a part
constexpr int document = 300;   // the second level of a nested prefix: to position 900
constexpr int nearly = 31;      // blocks of the system prompt: two segments but the last
constexpr int tail = 40;
constexpr int most = 5;         // tokens of a sequence in the step that is compared
constexpr int trace_logits = 1;
constexpr int trace_alone = 4;

SyntheticModel::Shape shape()
{
    SyntheticModel::Shape result;
    result.context = 2048;
    return result;
}

std::vector<int32_t> first(const std::vector<int32_t>& from, int count) { return {from.begin(), from.begin() + count}; }

std::vector<int32_t> joined(std::vector<int32_t> one, const std::vector<int32_t>& second)
{
    one.insert(one.end(), second.begin(), second.end());
    return one;
}

/// Four questions on one document, two on the system prompt alone, one that shares nothing, and one that shares a segment but its last block.
struct Crowd {
    explicit Crowd(const LoadedModel& model) : random(8), system(random_tokens(random, prefix / 16 * 16, model.shape.vocabulary)),
        text(random_tokens(random, document / 16 * 16, model.shape.vocabulary))
    {
        const std::vector<int32_t> system_blocks = blocks_for(static_cast<int>(system.size()), 0);
        const std::vector<int32_t> text_blocks = joined(system_blocks, blocks_for(static_cast<int>(text.size()), 40));
        for (int i = 0; i < 8; ++i) {
            const std::vector<int32_t> own = random_tokens(random, tail + 7 * i, model.shape.vocabulary);
            const std::vector<int32_t> own_blocks = blocks_for(static_cast<int>(own.size()) + 16, 100 + 20 * i);
            const std::vector<int32_t> unshared = random_tokens(random, static_cast<int>(system.size()), model.shape.vocabulary);
            const std::vector<int32_t> before = i < 4 ? joined(system, text) : i < 6 ? system : i < 7 ? unshared : first(system, nearly * 16);
            tokens.push_back(joined(before, own));
            starts.push_back(static_cast<int>(before.size()));
            const std::vector<int32_t> table =
                i < 4 ? text_blocks : i < 6 ? system_blocks : i < 7 ? blocks_for(prefix, 60) : first(system_blocks, nearly);
            blocks.push_back(joined(table, own_blocks));
        }
    }

    std::vector<int32_t> part(size_t sequence, int begin, int end) const
    {
        return {tokens[sequence].begin() + begin, tokens[sequence].begin() + end};
    }

    void prefill(TestEngine& engine, size_t sequence, int begin, int end) const
    {
        for (int at = begin; at < end; at += 200) {
            engine.step({{part(sequence, at, std::min(at + 200, end)), at, blocks[sequence]}});
        }
    }

    /// All but the last `most` tokens of every sequence, each prefix once, and logits of none.
    void prefill(TestEngine& engine) const
    {
        succeed(pi_engine_set_trace(engine.handle, 0));
        prefill(engine, 0, 0, starts[0]);
        prefill(engine, 6, 0, starts[6]);
        for (size_t i = 0; i < tokens.size(); ++i) {
            prefill(engine, i, starts[i], static_cast<int>(tokens[i].size()) - most);
        }
        succeed(pi_engine_set_trace(engine.handle, trace_logits));
    }

    TestChunk last(size_t sequence, int count) const
    {
        const int end = static_cast<int>(tokens[sequence].size());
        return {part(sequence, end - count, end), end - count, blocks[sequence]};
    }

    /// The logits of the last `count` tokens of every sequence, all computed in one step.
    std::vector<std::vector<float>> together(TestEngine& engine, int count) const
    {
        std::vector<TestChunk> step;
        for (size_t i = 0; i < tokens.size(); ++i) {
            step.push_back(last(i, count));
        }
        engine.step(step);
        return logits(engine, count * static_cast<int>(tokens.size()));
    }

    /// The same, each sequence in a step of its own.
    std::vector<std::vector<float>> alone(TestEngine& engine, int count) const
    {
        std::vector<std::vector<float>> result;
        for (size_t i = 0; i < tokens.size(); ++i) {
            engine.step({last(i, count)});
            for (std::vector<float>& row : logits(engine, count)) {
                result.push_back(std::move(row));
            }
        }
        return result;
    }

    static std::vector<std::vector<float>> logits(const TestEngine& engine, int rows)
    {
        std::vector<std::vector<float>> result;
        for (int row = 0; row < rows; ++row) {
            result.push_back(engine.logits(row));
        }
        return result;
    }

    SeededRandom random;
    std::vector<int32_t> system;
    std::vector<int32_t> text;
    std::vector<std::vector<int32_t>> tokens;
    std::vector<std::vector<int32_t>> blocks;
    std::vector<int> starts;
};

}

TEST("sequences that share prefixes, nested ones too, have the bits of each alone, with sharing and without, at any thread count")
{
    const SyntheticModel source(shape());
    for (const pi_kv_type kv : {PI_KV_F32, PI_KV_F16, PI_KV_INT8}) {
        const LoadedModel model(source, kv == PI_KV_F32 ? PI_WEIGHTS_F32 : PI_WEIGHTS_NATIVE);
        const Crowd crowd(model);
        TestEngine engine(model, 300, trace_logits, kv);
        TestEngine crowded(model, 300, trace_logits, kv);
        crowd.prefill(engine);
        crowd.prefill(crowded);
        for (const int count : {most, 1}) {
            const std::vector<std::vector<float>> expected = crowd.alone(engine, count);
            CHECK(is_interesting(expected[0]) && expected[0] != expected.back());
            for (const int threads : {1, 3}) {
                succeed(pi_runtime_set_threads(threads));
                for (const int trace : {trace_logits, trace_logits | trace_alone}) {
                    succeed(pi_engine_set_trace(crowded.handle, trace));
                    CHECK(crowd.together(crowded, count) == expected);
                }
            }
            succeed(pi_runtime_set_threads(0));
        }
    }
}

TEST("an int8 cache costs little accuracy, and not none")
{
    const SyntheticModel source(shape());
    const LoadedModel model(source, PI_WEIGHTS_F32);
    SeededRandom random(2);
    const std::vector<int32_t> tokens = random_tokens(random, 200, source.shape.vocabulary);
    std::vector<std::vector<float>> last;
    for (const pi_kv_type kv : {PI_KV_F32, PI_KV_F16, PI_KV_INT8}) {
        TestEngine engine(model, 64, trace_logits, kv);
        engine.step({{tokens, 0, blocks_for(200, 0)}});
        last.push_back(engine.logits(199));
        CHECK(is_interesting(last.back()));
    }
    const auto distance = [&](size_t i) {
        double squares = 0;
        double size = 0;
        for (size_t j = 0; j < last[0].size(); ++j) {
            squares += std::pow(static_cast<double>(last[i][j]) - last[0][j], 2);
            size += std::pow(static_cast<double>(last[0][j]), 2);
        }
        return std::sqrt(squares / size);
    };
    CHECK(distance(1) > 0 && distance(1) < 0.01);
    CHECK(distance(2) > distance(1) && distance(2) < 0.1);
}

TEST("windows change nothing about it: sharers have the bits of each alone where segments lie inside, across and outside of windows")
{
    for (const int window : {50, 300, 700, 2048}) {
        SyntheticModel::Shape windowed = shape();
        windowed.traits.own_rotation_in_windows = window != 300;
        windowed.traits.window = window;
        windowed.traits.window_period = 2;
        windowed.traits.attention_softcap = 4.0f;
        const SyntheticModel source(windowed);
        const LoadedModel model(source, PI_WEIGHTS_NATIVE);
        const Crowd crowd(model);
        TestEngine engine(model, 300);
        crowd.prefill(engine);
        const std::vector<std::vector<float>> expected = crowd.alone(engine, most);
        CHECK(is_interesting(expected[0]));
        CHECK(crowd.together(engine, most) == expected);
    }
}

TEST("an int8 cache leaves and comes back as it was in either encoding, in half the bytes of F16")
{
    SyntheticModel::Shape odd = shape();
    odd.head_size = 24;
    odd.heads = 8;
    const SyntheticModel source(odd);
    const LoadedModel model(source, PI_WEIGHTS_NATIVE);
    SeededRandom random(4);
    const std::vector<int32_t> tokens = random_tokens(random, 60, odd.vocabulary);
    TestEngine engine(model, 64, trace_logits, PI_KV_INT8);
    engine.step({{tokens, 0, blocks_for(60, 0)}});
    const std::vector<float> expected = engine.logits(59);
    int64_t in_cache = 0;
    succeed(pi_model_kv_bytes(model.handle, PI_KV_INT8, &in_cache));
    CHECK(in_cache == 2 * 2 * (24 + 32 + 8));
    CHECK(pi_model_kv_bytes(model.handle, 4, &in_cache) == PI_INVALID_ARGUMENT);
    for (const int32_t encoding : {PI_BLOCK_EXACT, PI_BLOCK_INT8}) {
        TestEngine other(model, 64, trace_logits, PI_KV_INT8);
        int64_t bytes = 0;
        succeed(pi_engine_block_bytes(engine.handle, encoding, &bytes));
        CHECK(bytes == 2 * 2 * 2 * 16 * (24 + 4));
        std::vector<uint8_t> saved(static_cast<size_t>(bytes));
        for (int block = 0; block < 3; ++block) {
            succeed(pi_engine_save_block(engine.handle, block, encoding, saved.data(), bytes));
            succeed(pi_engine_load_block(other.handle, 9 - block, encoding, saved.data(), bytes));
        }
        other.step({{{tokens.begin() + 48, tokens.end()}, 48, {9, 8, 7, 20}}});
        CHECK(other.logits(11) == expected);
    }
}

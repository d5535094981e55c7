#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

namespace {

constexpr int prompt_tokens = 37;
constexpr int outputs = 12;

pi_sampling hot(float repetition, float presence, float frequency, float top_p)
{
    return {0.9f, top_p, 0, repetition, presence, frequency, 0, 0, 11};
}

/// A model, a prompt, and what follows it one token a step.
struct Fixture {
    Fixture(pi_weights weights, const pi_sampling& how) : model(source, weights), sampling(how)
    {
        SeededRandom random(3);
        known = random_tokens(random, prompt_tokens, source.shape.vocabulary);
        TestEngine engine(model, 8);
        while (known.size() < prompt_tokens + outputs) {
            const int start = known.size() == prompt_tokens ? 0 : static_cast<int>(known.size()) - 1;
            known.push_back(engine.step({chunk(start, static_cast<int>(known.size()), 1, known)})[0]);
        }
    }

    /// The tokens from start to end of a line, the last of which are guesses.
    TestChunk chunk(int start, int end, int samples, const std::vector<int32_t>& line) const
    {
        const bool penalties = sampling.repetition_penalty != 1 || sampling.presence_penalty != 0 || sampling.frequency_penalty != 0;
        const std::vector<int32_t> history = {line.begin(), line.begin() + (penalties ? end : 0)};
        return {{line.begin() + start, line.begin() + end}, start, {4, 1, 6, 2}, samples, sampling, history,
                penalties ? prompt_tokens : 0};
    }

    SyntheticModel source{{}};
    LoadedModel model;
    pi_sampling sampling;
    std::vector<int32_t> known;  // prompt, then output
};

template <class Body>
void in_all_ways(Body&& body)
{
    for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
        for (const pi_sampling& sampling : {greedy, hot(1, 0, 0, 1), hot(1, 0, 0, 0.8f), hot(1.3f, 0, 0, 1), hot(1, 0.6f, 0.9f, 0.9f)}) {
            body(Fixture(weights, sampling));
        }
    }
}

}

TEST("guesses that are right give the tokens of as many single steps")
{
    in_all_ways([](const Fixture& fixture) {
        for (const int samples : {2, 3, 5, outputs}) {
            TestEngine engine(fixture.model, 8, 0, 16);
            const std::vector<int32_t> sampled =
                engine.step({fixture.chunk(0, prompt_tokens + samples - 1, samples, fixture.known)});
            for (int i = 0; i < samples; ++i) {
                CHECK(sampled[static_cast<size_t>(i)] == fixture.known[static_cast<size_t>(prompt_tokens + i)]);
            }
        }
    });
}

TEST("after a wrong guess the step has given the right token, and the line goes on over what the guess left behind")
{
    in_all_ways([](const Fixture& fixture) {
        for (int right = 0; right < 3; ++right) {
            TestEngine engine(fixture.model, 8, 0, 16);
            engine.step({fixture.chunk(0, prompt_tokens, 1, fixture.known)});
            std::vector<int32_t> line = fixture.known;
            for (size_t i = static_cast<size_t>(prompt_tokens + 1 + right); i < line.size(); ++i) {
                line[i] = (line[i] + 1) % fixture.source.shape.vocabulary;
            }
            const std::vector<int32_t> sampled = engine.step({fixture.chunk(prompt_tokens, prompt_tokens + 5, 5, line)});
            for (int i = 0; i <= right; ++i) {
                CHECK(sampled[static_cast<size_t>(i)] == fixture.known[static_cast<size_t>(prompt_tokens + 1 + i)]);
            }
            for (int end = prompt_tokens + 2 + right; end < prompt_tokens + outputs; ++end) {
                CHECK(engine.step({fixture.chunk(end - 1, end, 1, fixture.known)})[0] == fixture.known[static_cast<size_t>(end)]);
            }
        }
    });
}

TEST("guesses beside others in a step, in any place of the array of samples, change nothing")
{
    in_all_ways([](const Fixture& fixture) {
        TestEngine engine(fixture.model, 16, 0, 16);
        TestStep step({{{1, 2, 3}, 0, {8}}, fixture.chunk(0, prompt_tokens + 3, 4, fixture.known), {{7, 8}, 0, {9}, 0}, {{5, 6}, 0, {10}}});
        step.sampled.assign(20, -7);
        step.chunks[0].sampled_offset = 1;
        step.chunks[1].sampled_offset = 3;
        step.chunks[3].sampled_offset = 19;
        succeed(step.run(engine.handle));
        for (int i = 0; i < 4; ++i) {
            CHECK(step.sampled[static_cast<size_t>(3 + i)] == fixture.known[static_cast<size_t>(prompt_tokens + i)]);
        }
        for (int i = 0; i < 20; ++i) {
            const bool taken = i == 1 || (i >= 3 && i < 7) || i == 19;
            CHECK(taken ? step.sampled[static_cast<size_t>(i)] >= 0 : step.sampled[static_cast<size_t>(i)] == -1);
        }
    });
}

TEST("traced logits do not change what is sampled after guesses")
{
    in_all_ways([](const Fixture& fixture) {
        TestEngine engine(fixture.model, 8, 3, 16);
        const std::vector<int32_t> sampled = engine.step({fixture.chunk(0, prompt_tokens + 2, 3, fixture.known)});
        CHECK(std::equal(sampled.begin(), sampled.end(), fixture.known.begin() + prompt_tokens));
    });
}

TEST("more samples than the engine was made for are refused")
{
    const Fixture fixture(PI_WEIGHTS_NATIVE, greedy);
    TestEngine engine(fixture.model, 8, 0, 3);
    succeed(TestStep({fixture.chunk(0, prompt_tokens, 3, fixture.known)}).run(engine.handle));
    CHECK(TestStep({fixture.chunk(0, prompt_tokens, 4, fixture.known)}).run(engine.handle) == PI_INVALID_ARGUMENT);
    TestEngine plain(fixture.model, 8, 0);
    succeed(TestStep({fixture.chunk(0, prompt_tokens, 8, fixture.known)}).run(plain.handle));
    CHECK(TestStep({fixture.chunk(0, prompt_tokens, 9, fixture.known)}).run(plain.handle) == PI_INVALID_ARGUMENT);
}

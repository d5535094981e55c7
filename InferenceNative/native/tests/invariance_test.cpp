#include <algorithm>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

// A row's bits depend on its sequence and on nothing else. Everything here compares bits, through the public functions, in both modes, and
// with keys and values in int8.
namespace {

constexpr int length = 150;

struct Fixture {
    explicit Fixture(pi_weights weights, pi_kv_type kv_type = PI_KV_DEFAULT)
        : source({}), model(source, weights), kv(kv_type), prompt(prompt_of(source))
    {
        TestEngine engine(model, 64, 3, kv);
        sampled = engine.step({{prompt, 0, blocks_for(length, 0)}})[0];
        for (int row = 0; row < length; ++row) {
            logits.push_back(engine.logits(row));
        }
        CHECK(is_interesting(logits[0]) && is_interesting(logits[length - 1]) && logits[0] != logits[length - 1]);
    }

    static std::vector<int32_t> prompt_of(const SyntheticModel& source)
    {
        SeededRandom random(3);
        return random_tokens(random, length, source.shape.vocabulary);
    }

    std::vector<int32_t> part(int begin, int end) const { return {prompt.begin() + begin, prompt.begin() + end}; }

    /// Computes the prompt in pieces that end at the given positions.
    std::vector<std::vector<float>> in_chunks(const std::vector<int>& ends, const std::vector<int32_t>& blocks) const
    {
        TestEngine engine(model, 64, 3, kv);
        std::vector<std::vector<float>> result;
        int begin = 0;
        for (const int end : ends) {
            engine.step({{part(begin, end), begin, blocks}});
            for (int row = 0; row < end - begin; ++row) {
                result.push_back(engine.logits(row));
            }
            begin = end;
        }
        return result;
    }

    SyntheticModel source;
    LoadedModel model;
    pi_kv_type kv;
    std::vector<int32_t> prompt;
    std::vector<std::vector<float>> logits;
    int32_t sampled = -1;
};

template <class Body>
void in_all_modes(const Body& body)
{
    // Made once for all tests: the truth of each takes the portable kernels seconds.
    static const Fixture fixtures[] = {
        Fixture(PI_WEIGHTS_NATIVE), Fixture(PI_WEIGHTS_F32), Fixture(PI_WEIGHTS_NATIVE, PI_KV_INT8)};
    for (const Fixture& fixture : fixtures) {
        body(fixture);
    }
}

}

TEST("a prompt in chunks has the same logits as in one piece")
{
    in_all_modes([](const Fixture& fixture) {
        for (const std::vector<int>& ends : {std::vector<int>{64, 150}, {1, 2, 65, 66, 149, 150}, {7, 50, 120, 150}, {16, 17, 150}}) {
            CHECK(fixture.in_chunks(ends, blocks_for(length, 0)) == fixture.logits);
        }
    });
}

TEST("scattered blocks give the same logits as blocks in a row")
{
    in_all_modes([](const Fixture& fixture) {
        CHECK(fixture.in_chunks({100, 150}, {33, 2, 60, 7, 1, 63, 0, 14, 5, 40}) == fixture.logits);
        CHECK(fixture.in_chunks({150}, blocks_for(length, 50, -5)) == fixture.logits);
    });
}

TEST("neighbours of every kind in a step change nothing")
{
    in_all_modes([](const Fixture& fixture) {
        TestEngine engine(fixture.model, 64, 3, fixture.kv);
        SeededRandom random(4);
        const std::vector<int32_t> other = random_tokens(random, 40, fixture.source.shape.vocabulary);
        const std::vector<int32_t> mine = blocks_for(length, 20);
        engine.step({{other, 0, {0, 1, 2}}, {fixture.part(0, 31), 0, mine}, {fixture.part(0, 9), 0, {3}}});
        for (int row = 0; row < 31; ++row) {
            CHECK(engine.logits(40 + row) == fixture.logits[static_cast<size_t>(row)]);
        }
        engine.step({{{5}, 40, {0, 1, 2}}, {{6}, 9, {3}}, {fixture.part(31, 149), 31, mine}, {other, 0, {4, 5, 6}}});
        CHECK(engine.logits(119) == fixture.logits[148]);
        const std::vector<int32_t> sampled =
            engine.step({{{8}, 41, {0, 1, 2}}, {fixture.part(149, 150), 149, mine}, {{7}, 40, {4, 5, 6}, false}});
        CHECK(engine.logits(1) == fixture.logits[149]);
        CHECK(sampled[1] == fixture.sampled);
        CHECK(sampled[2] == -1);
    });
}

TEST("a prefix that another sequence computed serves as if it had been computed again")
{
    in_all_modes([](const Fixture& fixture) {
        TestEngine engine(fixture.model, 64, 3, fixture.kv);
        engine.step({{fixture.part(0, 80), 0, blocks_for(80, 0)}});
        std::vector<int32_t> shared = blocks_for(64, 0);
        for (const int32_t block : blocks_for(length - 64, 30)) {
            shared.push_back(block);
        }
        engine.step({{fixture.part(64, 150), 64, shared}, {{1, 2, 3}, 80, blocks_for(83, 0)}});
        for (int row = 0; row < 86; ++row) {
            CHECK(engine.logits(row) == fixture.logits[static_cast<size_t>(64 + row)]);
        }
    });
}

TEST("one thread, two and three give the same logits")
{
    in_all_modes([](const Fixture& fixture) {
        for (const int threads : {1, 3, 2}) {
            succeed(pi_runtime_set_threads(threads));
            CHECK(fixture.in_chunks({90, 150}, blocks_for(length, 0)) == fixture.logits);
        }
        succeed(pi_runtime_set_threads(0));
    });
}

TEST("without tracing the sampled token is the one that the traced logits say")
{
    in_all_modes([](const Fixture& fixture) {
        TestEngine engine(fixture.model, 64, 0, fixture.kv);
        const int32_t token = engine.step({{fixture.prompt, 0, blocks_for(length, 0)}})[0];
        const std::vector<float>& last = fixture.logits[length - 1];
        CHECK(token == std::max_element(last.begin(), last.end()) - last.begin());
        CHECK(token == fixture.sampled);
    });
}

TEST("the traced hidden states begin with the embedding and end with the final norm")
{
    const Fixture fixture(PI_WEIGHTS_F32);
    TestEngine engine(fixture.model);
    engine.step({{{3, 4}, 0, {0}}});
    const std::vector<float> first = engine.hidden(0, 1);
    engine.step({{{4}, 0, {0}}});
    CHECK(engine.hidden(0, 0) == first);
    CHECK(is_interesting(engine.hidden(1, 0)) && engine.hidden(1, 0) != first);
    double squares = 0;
    for (const float value : engine.hidden(2, 0)) {
        squares += static_cast<double>(value) * value;
    }
    // After a norm whose weights are near one, the mean square is near one.
    CHECK(squares / fixture.source.shape.hidden > 0.8 && squares / fixture.source.shape.hidden < 1.25);
}

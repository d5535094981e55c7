#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "check.h"
#include "test_engine.h"

using namespace preble::testing;

// Blocks that leave the cache and come back, and blocks that are copied, through the public functions: only what the logits say counts.
namespace {

constexpr int length = 60;

// Head size 24 is padded in the cache: a saved block must not carry the padding, and a loaded one must not spoil it.
constexpr int head_sizes[] = {32, 24};

SyntheticModel::Shape shape_of(int head_size)
{
    SyntheticModel::Shape shape;
    shape.head_size = head_size;
    shape.heads = 8;
    return shape;
}

int64_t bytes_of(pi_engine* engine, int32_t encoding)
{
    int64_t bytes = 0;
    succeed(pi_engine_block_bytes(engine, encoding, &bytes));
    return bytes;
}

std::vector<uint8_t> save(pi_engine* engine, int block, int32_t encoding)
{
    std::vector<uint8_t> bytes(static_cast<size_t>(bytes_of(engine, encoding)));
    succeed(pi_engine_save_block(engine, block, encoding, bytes.data(), static_cast<int64_t>(bytes.size())));
    return bytes;
}

int32_t load(pi_engine* engine, int block, int32_t encoding, const std::vector<uint8_t>& bytes)
{
    return pi_engine_load_block(engine, block, encoding, bytes.data(), static_cast<int64_t>(bytes.size()));
}

/// A model, a prompt, and the logits of its last token when nothing was saved, loaded or copied.
struct Fixture {
    Fixture(pi_weights weights, int head_size)
        : source(shape_of(head_size)), model(source, weights), random(4), prompt(random_tokens(random, length, source.shape.vocabulary))
    {
        TestEngine engine(model);
        engine.step({{prompt, 0, blocks_for(length, 0)}});
        expected = engine.logits(length - 1);
        CHECK(is_interesting(expected));
    }

    std::vector<int32_t> part(int begin, int end) const { return {prompt.begin() + begin, prompt.begin() + end}; }

    /// The logits of the last token when everything from `begin` on is computed after what the blocks hold.
    std::vector<float> finish(TestEngine& engine, int begin, const std::vector<int32_t>& blocks) const
    {
        engine.step({{part(begin, length), begin, blocks}});
        return engine.logits(length - 1 - begin);
    }

    SyntheticModel source;
    LoadedModel model;
    SeededRandom random;
    std::vector<int32_t> prompt;
    std::vector<float> expected;
};

template <class Body>
void in_all_forms(Body body)
{
    for (const pi_weights weights : {PI_WEIGHTS_NATIVE, PI_WEIGHTS_F32}) {
        for (const int head_size : head_sizes) {
            Fixture fixture(weights, head_size);
            body(fixture, weights);
        }
    }
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b)
{
    double largest = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::fabs(static_cast<double>(a[i]) - b[i]));
    }
    return largest;
}

}

TEST("blocks that were saved and loaded into another engine give the same logits bit for bit")
{
    in_all_forms([](Fixture& fixture, pi_weights) {
        TestEngine first(fixture.model);
        first.step({{fixture.part(0, 48), 0, blocks_for(48, 0)}});
        TestEngine second(fixture.model);
        second.step({{random_tokens(fixture.random, 64, fixture.source.shape.vocabulary), 0, blocks_for(64, 8)}});
        for (int i = 0; i < 3; ++i) {
            const std::vector<uint8_t> bytes = save(first.handle, i, PI_BLOCK_EXACT);
            CHECK(load(second.handle, 10 - i, PI_BLOCK_EXACT, bytes) == PI_OK);
            CHECK(save(second.handle, 10 - i, PI_BLOCK_EXACT) == bytes);
        }
        CHECK(fixture.finish(second, 48, {10, 9, 8, 20}) == fixture.expected);
    });
}

TEST("a saved block has no padding, and in int8 about half the bytes of half precision")
{
    in_all_forms([](const Fixture& fixture, pi_weights weights) {
        const TestEngine engine(fixture.model);
        const int64_t elements = int64_t{2} * 2 * 2 * 16 * fixture.source.shape.head_size;
        CHECK(bytes_of(engine.handle, PI_BLOCK_EXACT) == elements * (weights == PI_WEIGHTS_F32 ? 4 : 2));
        CHECK(bytes_of(engine.handle, PI_BLOCK_INT8) == elements + 2 * 2 * 2 * 16 * 4);
    });
}

TEST("a copied block serves for its first tokens, and each copy goes its own way")
{
    in_all_forms([](const Fixture& fixture, pi_weights) {
        TestEngine engine(fixture.model);
        // Two sequences share 40 tokens: two whole blocks, and eight slots of a third that is copied.
        engine.step({{fixture.part(0, 45), 0, blocks_for(45, 0)}});
        succeed(pi_engine_copy_block(engine.handle, 2, 30));
        const std::vector<uint8_t> original = save(engine.handle, 2, PI_BLOCK_EXACT);
        CHECK(save(engine.handle, 30, PI_BLOCK_EXACT) == original);
        engine.step({{{1, 2, 3}, 40, {0, 1, 30}}});
        CHECK(save(engine.handle, 2, PI_BLOCK_EXACT) == original);
        CHECK(save(engine.handle, 30, PI_BLOCK_EXACT) != original);
        CHECK(fixture.finish(engine, 45, blocks_for(length, 0)) == fixture.expected);
        succeed(pi_engine_copy_block(engine.handle, 2, 2));
        succeed(pi_engine_copy_block(engine.handle, 2, 31));
        CHECK(fixture.finish(engine, 40, {0, 1, 31, 32}) == fixture.expected);
    });
}

TEST("an int8 block is within half a scale of what was saved, and its logits are near")
{
    in_all_forms([](const Fixture& fixture, pi_weights weights) {
        TestEngine engine(fixture.model);
        engine.step({{fixture.part(0, 48), 0, blocks_for(48, 0)}});
        for (int i = 0; i < 3; ++i) {
            CHECK(load(engine.handle, 10 + i, PI_BLOCK_INT8, save(engine.handle, i, PI_BLOCK_INT8)) == PI_OK);
        }
        const std::vector<uint8_t> exact = save(engine.handle, 0, PI_BLOCK_EXACT);
        const std::vector<uint8_t> lossy = save(engine.handle, 10, PI_BLOCK_EXACT);
        CHECK(exact != lossy);
        if (weights == PI_WEIGHTS_F32) {
            // The values of a head lie slot by slot after its keys, so the bound of each token can be checked one by one.
            const int head = fixture.source.shape.head_size;
            std::vector<float> a(exact.size() / 4);
            std::vector<float> b(a.size());
            std::memcpy(a.data(), exact.data(), exact.size());
            std::memcpy(b.data(), lossy.data(), lossy.size());
            const auto check_vector = [&](int first, int stride) {
                float scale = 0;
                for (int i = 0; i < head; ++i) {
                    scale = std::max(scale, std::fabs(a[static_cast<size_t>(first + i * stride)]) / 127);
                }
                CHECK(scale > 0);
                for (int i = 0; i < head; ++i) {
                    const size_t at = static_cast<size_t>(first + i * stride);
                    CHECK(std::fabs(a[at] - b[at]) <= 0.501f * scale);
                }
            };
            for (int part = 0; part < 4; ++part) {
                for (int token = 0; token < 16; ++token) {
                    check_vector(part * 32 * head + token, 16);
                    check_vector(part * 32 * head + 16 * head + token * head, 1);
                }
            }
        }
        const double difference = largest_difference(fixture.finish(engine, 48, {10, 11, 12, 20}), fixture.expected);
        const double size = largest_difference(fixture.expected, std::vector<float>(fixture.expected.size()));
        CHECK(difference > 0 && difference < 0.1 * size);
    });
}

TEST("a wrong block, encoding or size is refused and changes nothing")
{
    const Fixture fixture(PI_WEIGHTS_NATIVE, 32);
    TestEngine engine(fixture.model);
    engine.step({{fixture.part(0, 48), 0, blocks_for(48, 0)}});
    const std::vector<uint8_t> before = save(engine.handle, 0, PI_BLOCK_EXACT);
    std::vector<uint8_t> bytes(before.size(), 0xee);
    int64_t count = -1;
    const auto size = static_cast<int64_t>(bytes.size());
    constexpr int64_t most = std::numeric_limits<int64_t>::max();
    for (const int32_t encoding : {-1, 0, 3, 1 << 30}) {
        CHECK(pi_engine_block_bytes(engine.handle, encoding, &count) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_save_block(engine.handle, 0, encoding, bytes.data(), size) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_load_block(engine.handle, 0, encoding, bytes.data(), size) == PI_INVALID_ARGUMENT);
    }
    for (const int32_t block : {-1, 64, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
        CHECK(pi_engine_save_block(engine.handle, block, PI_BLOCK_EXACT, bytes.data(), size) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_load_block(engine.handle, block, PI_BLOCK_EXACT, bytes.data(), size) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_copy_block(engine.handle, 0, block) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_copy_block(engine.handle, block, 0) == PI_INVALID_ARGUMENT);
    }
    for (const int64_t wrong : {int64_t{0}, size - 1, size + 1, int64_t{-1}, -size, most, -most}) {
        CHECK(pi_engine_save_block(engine.handle, 0, PI_BLOCK_EXACT, bytes.data(), wrong) == PI_INVALID_ARGUMENT);
        CHECK(pi_engine_load_block(engine.handle, 0, PI_BLOCK_EXACT, bytes.data(), wrong) == PI_INVALID_ARGUMENT);
        CHECK(std::strlen(pi_last_error()) > 10);
    }
    CHECK(pi_engine_save_block(engine.handle, 0, PI_BLOCK_EXACT, nullptr, size) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_load_block(engine.handle, 0, PI_BLOCK_EXACT, nullptr, size) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_save_block(nullptr, 0, PI_BLOCK_EXACT, bytes.data(), size) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_load_block(nullptr, 0, PI_BLOCK_EXACT, bytes.data(), size) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_copy_block(nullptr, 0, 1) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_block_bytes(nullptr, PI_BLOCK_EXACT, &count) == PI_INVALID_ARGUMENT);
    CHECK(pi_engine_block_bytes(engine.handle, PI_BLOCK_EXACT, nullptr) == PI_INVALID_ARGUMENT);
    CHECK(count == -1 && bytes == std::vector<uint8_t>(before.size(), 0xee));
    CHECK(save(engine.handle, 0, PI_BLOCK_EXACT) == before);
    CHECK(fixture.finish(engine, 48, blocks_for(length, 0)) == fixture.expected);
}

TEST("bytes that were never saved never crash, and never leave their block")
{
    in_all_forms([](Fixture& fixture, pi_weights) {
        TestEngine engine(fixture.model);
        engine.step({{fixture.part(0, 48), 0, {0, 2, 4}}});
        const std::vector<uint8_t> neighbour = save(engine.handle, 2, PI_BLOCK_EXACT);
        for (const int32_t encoding : {PI_BLOCK_EXACT, PI_BLOCK_INT8}) {
            for (const int fill : {-1, 0xff, 0x7f, 0x7c, 0x80}) {
                std::vector<uint8_t> bytes(static_cast<size_t>(bytes_of(engine.handle, encoding)));
                for (uint8_t& byte : bytes) {
                    byte = fill < 0 ? fixture.random.byte() : static_cast<uint8_t>(fill);
                }
                for (const int block : {1, 3}) {
                    CHECK(load(engine.handle, block, encoding, bytes) == PI_OK);
                    // What is not finite is quantised too.
                    save(engine.handle, block, PI_BLOCK_INT8);
                }
                // A step over it may fail, for its logits are not numbers; it must not crash.
                TestStep step({{{5}, 32, {1, 3, 7}}});
                const int32_t status = step.run(engine.handle);
                CHECK(status == PI_OK || status == PI_INTERNAL);
            }
        }
        CHECK(save(engine.handle, 2, PI_BLOCK_EXACT) == neighbour);
        // The block heals when it is written anew: its padding was not spoilt.
        CHECK(fixture.finish(engine, 0, {1, 3, 5, 7}).size() == fixture.expected.size());
        CHECK(fixture.finish(engine, 0, {1, 3, 5, 7}) == fixture.expected);
        CHECK(fixture.finish(engine, 48, {0, 2, 4, 6}) == fixture.expected);
    });
}

TEST("an infinite element stays poison in int8 and does not become a plausible number")
{
    const Fixture fixture(PI_WEIGHTS_F32, 32);
    TestEngine engine(fixture.model);
    std::vector<uint8_t> bytes(static_cast<size_t>(bytes_of(engine.handle, PI_BLOCK_EXACT)), 0);
    const float infinite = std::numeric_limits<float>::infinity();
    std::memcpy(bytes.data(), &infinite, sizeof infinite);
    CHECK(load(engine.handle, 0, PI_BLOCK_EXACT, bytes) == PI_OK);
    CHECK(load(engine.handle, 1, PI_BLOCK_INT8, save(engine.handle, 0, PI_BLOCK_INT8)) == PI_OK);
    float back = 0;
    std::memcpy(&back, save(engine.handle, 1, PI_BLOCK_EXACT).data(), sizeof back);
    CHECK(!std::isfinite(back));
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "check.h"
#include "seeded_random.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

constexpr float scale = 0.2f;
constexpr KvForm forms[] = {kv_f32, kv_f16, kv_int8};

struct Shape {
    int head = 64;
    int group = 3;
    int positions = 600;
    int window = 0;
    float softcap = 0;
    bool shuffled = false;
};

/// A paged cache of one head, a prompt's queries, and attention over them in pieces of any size.
class Problem {
public:
    Problem(const Kernels& kernels, KvForm form, const Shape& wanted)
        : shape(wanted), kernels_(kernels), form_(form), padded_((shape.head + 15) / 16 * 16),
          stride_(int64_t{block_tokens} * ((shape.head + padded_) * (form == kv_f32 ? 4 : form == kv_f16 ? 2 : 1) + 8))
    {
        SeededRandom random(static_cast<uint64_t>(shape.head * 1000 + shape.positions));
        keys = random.normals(static_cast<size_t>(shape.positions * shape.head));
        values = random.normals(static_cast<size_t>(shape.positions * shape.head));
        query = random.normals(static_cast<size_t>(shape.positions * width()));
        blocks_.resize(static_cast<size_t>((shape.positions + block_tokens - 1) / block_tokens));
        std::iota(blocks_.begin(), blocks_.end(), 0);
        for (size_t i = blocks_.size(); shape.shuffled && i > 1; --i) {
            std::swap(blocks_[i - 1], blocks_[static_cast<size_t>(random.below(static_cast<int>(i)))]);
        }
        // Slots that nobody wrote hold the worst there is: it must never reach a result.
        cache_.assign(static_cast<size_t>(stride_) * blocks_.size(), 0xff);
        for (int position = 0; position < shape.positions; ++position) {
            const size_t at = static_cast<size_t>(position * shape.head);
            uint8_t* const block = cache_.data() + blocks_[static_cast<size_t>(position / block_tokens)] * stride_;
            kernels.store[form]({&keys[at], &values[at], shape.head, padded_, position % block_tokens, block});
        }
    }

    /// Positions around the ends of blocks and segments, and the last ones: all of them would take the sanitizers a minute.
    std::vector<int> sampled() const
    {
        std::vector<int> result;
        for (int position = 0; position < shape.positions; ++position) {
            if ((position + 5) % 64 < 11 || position + 9 >= shape.positions) {
                result.push_back(position);
            }
        }
        return result;
    }

    /// The sampled positions, some tokens at a time, their segments merged on the way.
    std::vector<float> attend(int together) const
    {
        std::vector<float> out(query.size());
        std::vector<float> scratch = scratch_for(together);
        const std::vector<int> positions = sampled();
        for (size_t first = 0; first < positions.size(); first += static_cast<size_t>(together)) {
            std::vector<AttentionToken> tokens;
            for (size_t i = first; i < std::min(first + static_cast<size_t>(together), positions.size()); ++i) {
                tokens.push_back({positions[i], positions[i], 0, 0});
            }
            AttentionTask task = task_for(tokens, out, scratch);
            task.segment_count = tokens.back().position / segment_keys + 1;
            kernels_.attend[form_](task);
        }
        return out;
    }

    /// Some positions of the whole problem together, segment by segment from the last to the first, and merged at the end.
    std::vector<float> attend_in_segments(const std::vector<int>& positions) const
    {
        const int segments = (shape.positions - 1) / segment_keys + 1;
        const int64_t stride = shape.group * state_floats(padded_);
        std::vector<float> out(query.size());
        std::vector<float> scratch = scratch_for(static_cast<int>(positions.size()));
        std::vector<float> states(positions.size() * static_cast<size_t>(segments * stride), NAN);
        std::vector<AttentionToken> tokens;
        for (const int position : positions) {
            tokens.push_back({position, position, static_cast<int32_t>(tokens.size()) * segments, 0});
        }
        AttentionTask task = task_for(tokens, out, scratch);
        task.states = states.data();
        task.states_stride = stride;
        task.segment_count = 1;
        for (task.first_segment = segments - 1; task.first_segment >= 0; --task.first_segment) {
            kernels_.attend[form_](task);
        }
        for (const AttentionToken& token : tokens) {
            kernels_.merge_attention({&states[static_cast<size_t>(token.slot * stride)], stride, segments, shape.group, shape.head, padded_,
                                      &out[static_cast<size_t>(token.row * width())], scratch.data()});
        }
        return out;
    }

    double plain(int position, int head, int dimension) const
    {
        const float* const q = &query[static_cast<size_t>((position * shape.group + head) * shape.head)];
        double total = 0;
        double weighted = 0;
        for (int key = shape.window == 0 ? 0 : std::max(0, position - shape.window + 1); key <= position; ++key) {
            double score = 0;
            for (int i = 0; i < shape.head; ++i) {
                score += static_cast<double>(q[i]) * keys[static_cast<size_t>(key * shape.head + i)];
            }
            score *= static_cast<double>(scale);
            const double cap = shape.softcap;
            const double weight = std::exp(cap > 0 ? cap * std::tanh(score / cap) : score);
            total += weight;
            weighted += weight * values[static_cast<size_t>(key * shape.head + dimension)];
        }
        return weighted / total;
    }

    /// Overwrites a key, in the cache alone.
    void store_key(int position, const std::vector<float>& key)
    {
        uint8_t* const block = cache_.data() + blocks_[static_cast<size_t>(position / block_tokens)] * stride_;
        kernels_.store[form_]({key.data(), &values[static_cast<size_t>(position * shape.head)], shape.head, padded_, position % block_tokens, block});
    }

    int width() const { return shape.head * shape.group; }

    const Shape shape;
    std::vector<float> keys;
    std::vector<float> values;
    std::vector<float> query;

private:
    std::vector<float> scratch_for(int tokens) const
    {
        return std::vector<float>(static_cast<size_t>(attention_scratch_floats(tokens * shape.group, padded_)), NAN);
    }

    AttentionTask task_for(const std::vector<AttentionToken>& tokens, std::vector<float>& out, std::vector<float>& scratch) const
    {
        AttentionTask task = {};
        task.cache = cache_.data();
        task.block_stride = stride_;
        task.blocks = blocks_.data();
        task.tokens = tokens.data();
        task.token_count = static_cast<int32_t>(tokens.size());
        task.window = shape.window;
        task.group = shape.group;
        task.head_size = shape.head;
        task.padded_head = padded_;
        task.scale = scale;
        task.softcap = shape.softcap;
        task.query = query.data();
        task.query_stride = width();
        task.out = out.data();
        task.out_stride = width();
        task.scratch = scratch.data();
        return task;
    }

    const Kernels& kernels_;
    KvForm form_;
    int padded_;
    int64_t stride_;
    std::vector<int32_t> blocks_;
    std::vector<uint8_t> cache_;
};

void check_against_plain(const Problem& problem, double tolerance)
{
    const std::vector<float> actual = problem.attend(8);
    CHECK(is_interesting(actual));
    const std::vector<int> positions = problem.sampled();
    for (size_t sample = 0; sample < positions.size(); ++sample) {
        const int position = positions[sample];
        const bool is_edge = position % segment_keys == 0 || (position + 1) % segment_keys == 0;
        if (sample % 6 != 0 && !is_edge) {
            continue;
        }
        for (int h = 0; h < problem.shape.group; ++h) {
            for (int i = 0; i < problem.shape.head; i += 3) {
                const float value = actual[static_cast<size_t>((position * problem.shape.group + h) * problem.shape.head + i)];
                CHECK(std::fabs(value - problem.plain(position, h, i)) < tolerance);
            }
        }
    }
}

std::vector<Shape> shapes()
{
    return {{}, {48, 4, 300}, {20, 1, 270}, {96, 7, 290, 0, 0, true}, {64, 3, 600, 100, 0, true}, {64, 3, 600, 1}, {32, 2, 600, 256},
            {32, 2, 600, 300, 3.0f, true}, {64, 1, 300, 0, 2.0f}};
}

}

TEST("attention equals the plain sum in double precision, with windows and caps, for head sizes that fill vectors and that do not")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const Shape& shape : shapes()) {
            check_against_plain(Problem(*set.kernels, kv_f32, shape), 4e-6);
            check_against_plain(Problem(*set.kernels, kv_f16, shape), 4e-3);
            check_against_plain(Problem(*set.kernels, kv_int8, shape), 6e-2);
        }
    }
}

TEST("attention has the same bits in tiles of any size, token by token and segment by segment, whatever the pages")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const KvForm form : forms) {
            for (Shape shape : {Shape{64, 3, 530}, Shape{48, 4, 290, 77}, Shape{20, 1, 530, 257, 3.0f}}) {
                shape.shuffled = false;
                const std::vector<float> straight = Problem(*set.kernels, form, shape).attend(8);
                shape.shuffled = true;
                const Problem paged(*set.kernels, form, shape);
                for (const int together : {1, 3, 16}) {
                    CHECK(paged.attend(together) == straight);
                }
                // Neighbours that are far apart see quite different keys of the same segments.
                const std::vector<int> scattered = {shape.positions - 1, 3, 255, 256, 66, 261};
                const std::vector<float> merged = paged.attend_in_segments(scattered);
                for (const int position : scattered) {
                    const auto row = [&](const std::vector<float>& from) {
                        return std::vector<float>(from.begin() + position * paged.width(), from.begin() + (position + 1) * paged.width());
                    };
                    CHECK(row(merged) == row(straight));
                }
            }
        }
    }
}

TEST("attention has the same bits at eight lanes and at sixteen")
{
    const std::vector<NamedKernels>& sets = kernels_to_test();
    CHECK(sets[0].name == "portable" && sets[1].name == "portable, 16 lanes");
    for (const KvForm form : forms) {
        const Shape shape = {48, 3, 300, 290, 5.0f, true};
        CHECK(Problem(*sets[0].kernels, form, shape).attend(8) == Problem(*sets[1].kernels, form, shape).attend(8));
    }
}

TEST("a key that is not a number poisons every row that sees it, and no other")
{
    constexpr int poisoned = 130;
    for (const NamedKernels& set : kernels_to_test()) {
        for (const KvForm form : forms) {
            for (const Shape& shape : {Shape{20, 2, 290}, Shape{32, 1, 290, 140, 3.0f}}) {
                Problem problem(*set.kernels, form, shape);
                const std::vector<float> before = problem.attend(8);
                std::vector<float> key(static_cast<size_t>(shape.head), 0.5f);
                key[3] = NAN;
                problem.store_key(poisoned, key);
                const std::vector<float> after = problem.attend(8);
                int seen = 0;
                for (const int position : problem.sampled()) {
                    const bool sees = position >= poisoned && (shape.window == 0 || position < poisoned + shape.window);
                    for (int i = position * problem.width(); i < (position + 1) * problem.width(); ++i) {
                        CHECK(sees ? std::isnan(after[static_cast<size_t>(i)]) : after[static_cast<size_t>(i)] == before[static_cast<size_t>(i)]);
                    }
                    seen += sees ? 1 : 0;
                }
                CHECK(seen > 10 && seen < static_cast<int>(problem.sampled().size()) - 10);
            }
        }
    }
}

TEST("an int8 key or value is within half a scale, ties go to even, and what is not finite is poison")
{
    for (const NamedKernels& set : kernels_to_test()) {
        const std::vector<float> key = {127.0f, -127.0f, 0.5f, 1.5f, -2.5f, 3.4999f, 0.0f, -126.6f};
        const std::vector<float> value = {1e-38f, 0, 0, 0, 0, 0, 0, INFINITY};
        std::vector<uint8_t> block(16 * (8 + 16) + 128);
        const auto scale_at = [&](int which, int slot) {
            float result;
            std::memcpy(&result, &block[static_cast<size_t>(16 * (8 + 16) + which * 64 + slot * 4)], sizeof result);
            return result;
        };
        set.kernels->store[kv_int8]({key.data(), value.data(), 8, 16, 5, block.data()});
        const int8_t expected[] = {127, -127, 0, 2, -2, 3, 0, -127};
        for (int i = 0; i < 8; ++i) {
            CHECK(static_cast<int8_t>(block[static_cast<size_t>(i * 16 + 5)]) == expected[i]);
        }
        CHECK(scale_at(0, 5) == 1.0f);
        CHECK(std::isnan(scale_at(1, 5)));
        set.kernels->store[kv_int8]({value.data() + 1, value.data(), 1, 16, 6, block.data()});
        CHECK(scale_at(0, 6) == 0.0f && scale_at(1, 6) == 0.0f);
    }
}

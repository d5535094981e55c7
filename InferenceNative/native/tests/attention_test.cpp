#include <cmath>
#include <numeric>

#include "check.h"
#include "seeded_random.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

namespace {

/// A paged cache of one head, a prompt's queries, and attention over them in pieces of any size.
class Problem {
public:
    Problem(const Kernels& kernels, bool half, int head_size, int group, int positions, bool shuffled)
        : kernels_(kernels), half_(half), head_(head_size), padded_((head_size + 15) / 16 * 16), group_(group), positions_(positions),
          stride_(static_cast<int64_t>(block_tokens) * (head_ + padded_) * (half ? 2 : 4))
    {
        SeededRandom random(static_cast<uint64_t>(head_size * 1000 + positions));
        keys = random.normals(static_cast<size_t>(positions * head_size));
        values = random.normals(static_cast<size_t>(positions * head_size));
        query = random.normals(static_cast<size_t>(positions * head_size * group));
        blocks_.resize(static_cast<size_t>((positions + block_tokens - 1) / block_tokens));
        std::iota(blocks_.begin(), blocks_.end(), 0);
        if (shuffled) {
            for (size_t i = blocks_.size(); i > 1; --i) {
                std::swap(blocks_[i - 1], blocks_[static_cast<size_t>(random.below(static_cast<int>(i)))]);
            }
        }
        // Slots that nobody wrote hold the worst there is: it must never reach a result.
        cache_.assign(static_cast<size_t>(stride_) * blocks_.size(), 0xff);
        for (int position = 0; position < positions; ++position) {
            const size_t at = static_cast<size_t>(position * head_size);
            uint8_t* const block = cache_.data() + blocks_[static_cast<size_t>(position / block_tokens)] * stride_;
            (half ? kernels.store_f16 : kernels.store_f32)({&keys[at], &values[at], head_, padded_, position % block_tokens, block});
        }
    }

    std::vector<float> attend(int tokens_together) const
    {
        const int width = head_ * group_;
        std::vector<float> out(query.size());
        std::vector<float> scratch(static_cast<size_t>(attention_scratch_floats(tokens_together * group_, padded_)), NAN);
        for (int first = 0; first < positions_; first += tokens_together) {
            const int tokens = std::min(tokens_together, positions_ - first);
            (half_ ? kernels_.attend_f16 : kernels_.attend_f32)({cache_.data(), stride_, blocks_.data(), first, tokens, group_, head_,
                                                                 padded_, &query[static_cast<size_t>(first * width)], width,
                                                                 &out[static_cast<size_t>(first * width)], width, 0.2f, scratch.data()});
        }
        return out;
    }

    double plain(int position, int head, int dimension) const
    {
        const float* const q = &query[static_cast<size_t>((position * group_ + head) * head_)];
        double total = 0;
        double weighted = 0;
        for (int key = 0; key <= position; ++key) {
            double score = 0;
            for (int i = 0; i < head_; ++i) {
                score += static_cast<double>(q[i]) * keys[static_cast<size_t>(key * head_ + i)];
            }
            const double weight = std::exp(score * 0.2);
            total += weight;
            weighted += weight * values[static_cast<size_t>(key * head_ + dimension)];
        }
        return weighted / total;
    }

    std::vector<float> keys;
    std::vector<float> values;
    std::vector<float> query;

private:
    const Kernels& kernels_;
    bool half_;
    int head_;
    int padded_;
    int group_;
    int positions_;
    int64_t stride_;
    std::vector<int32_t> blocks_;
    std::vector<uint8_t> cache_;
};

}

TEST("attention equals the plain sum in double precision, for head sizes that fill vectors and that do not")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const bool half : {false, true}) {
            for (const int head : {64, 48, 20}) {
                const int group = head == 20 ? 1 : 3;
                const Problem problem(*set.kernels, half, head, group, 150, true);
                const std::vector<float> actual = problem.attend(8);
                CHECK(is_interesting(actual));
                for (int position = 0; position < 150; position += 7) {
                    for (int h = 0; h < group; ++h) {
                        for (int i = 0; i < head; ++i) {
                            const float value = actual[static_cast<size_t>((position * group + h) * head + i)];
                            CHECK(std::fabs(value - problem.plain(position, h, i)) < (half ? 3e-3 : 3e-6));
                        }
                    }
                }
            }
        }
    }
}

TEST("attention has the same bits in one piece, in chunks and token by token, whatever the pages")
{
    for (const NamedKernels& set : kernels_to_test()) {
        for (const bool half : {false, true}) {
            const std::vector<float> straight = Problem(*set.kernels, half, 64, 3, 150, false).attend(8);
            const Problem paged(*set.kernels, half, 64, 3, 150, true);
            for (const int together : {8, 1, 3, 5}) {
                CHECK(paged.attend(together) == straight);
            }
        }
    }
}

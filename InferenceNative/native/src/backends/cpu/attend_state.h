#pragma once

#include "backends/cpu/attention_task.h"
#include "backends/cpu/elementwise.h"
#include "backends/cpu/sixteen.h"

// Softmax over a segment for one row, and how the results of two segments become one.
namespace preble {

/// Where a head's state lies in memory: padded_head sums, the highest score, the total of the weights.
template <class I>
struct StateView {
    float* sums;
    int32_t padded_head;

    float& highest() const { return sums[padded_head]; }
    float& total() const { return sums[padded_head + 1]; }
};

template <class I>
void clear_state(const StateView<I>& state)
{
    for (int i = 0; i < state.padded_head; i += I::lanes) {
        I::store(state.sums + i, I::zero());
    }
    state.highest() = -__builtin_inff();
    state.total() = 0.0f;
}

template <class I>
float exponential_of(float x)
{
    float values[I::lanes];
    I::store(values, exponential<I>(I::set(x)));
    return values[0];
}

/// By log-sum-exp: both sides are rescaled to the higher of their highest scores. One that saw nothing changes nothing.
template <class I>
void merge_state(const StateView<I>& into, const StateView<I>& from)
{
    if (from.total() == 0.0f) {
        return;
    }
    const float now = into.highest() > from.highest() ? into.highest() : from.highest();
    const float mine = exponential_of<I>(into.highest() - now);
    const float other = exponential_of<I>(from.highest() - now);
    for (int i = 0; i < into.padded_head; i += I::lanes) {
        const typename I::F added = I::mul(I::load(from.sums + i), I::set(other));
        I::store(into.sums + i, I::add(I::mul(I::load(into.sums + i), I::set(mine)), added));
    }
    into.highest() = now;
    into.total() = into.total() * mine + from.total() * other;
}

template <class I>
void write_attention(const StateView<I>& state, int head_size, float* out)
{
    const float factor = 1.0f / state.total();
    for (int i = 0; i < head_size; ++i) {
        out[i] = state.sums[i] * factor;
    }
}

template <class I>
void merge_attention(const AttentionMerge& t)
{
    const StateView<I> sum = {t.scratch, t.padded_head};
    for (int head = 0; head < t.group; ++head) {
        clear_state<I>(sum);
        for (int segment = 0; segment < t.segment_count; ++segment) {
            // Read only: the view serves both sides of a merge.
            float* const from = const_cast<float*>(t.states) + segment * t.states_stride + head * state_floats(t.padded_head);
            merge_state<I>(sum, {from, t.padded_head});
        }
        write_attention<I>(sum, t.head_size, t.out + head * t.head_size);
    }
}

/// A row's scores over a segment, on their way to weights.
template <class I>
struct ScoreRow {
    using F = typename I::F;

    float* scores;
    int begin;  // keys that the row sees: [begin, end) of the segment
    int end;

    /// Keys that the row does not see become minus infinity, which weighs exactly nothing.
    F seen(int key, F x) const
    {
        if (key >= begin && key + I::lanes <= end) {
            return x;
        }
        const F hidden = I::set(-__builtin_inff());
        return I::first(begin - key, hidden, I::first(end - key, x, hidden));
    }

    /// adjust(key, scores of the lanes from there) is what the scores are multiplied and capped with.
    template <class Adjust>
    float find_highest(Adjust adjust) const
    {
        F top = I::set(-__builtin_inff());
        const int whole_end = (end + block_tokens - 1) / block_tokens * block_tokens;
        for (int key = begin / block_tokens * block_tokens; key < whole_end; key += I::lanes) {
            const F x = seen(key, adjust(key, I::load(scores + key)));
            I::store(scores + key, x);
            top = I::max(top, x);
        }
        return I::largest(top);
    }

    /// Scores become weights relative to the highest; returns their total. scale(key, weights) is what the values are multiplied with.
    template <class Scale>
    float weigh(float highest, Scale scale) const
    {
        auto totals = Sixteen<I>::all(0.0f);
        const F top = I::set(highest);
        for (int key = begin / block_tokens * block_tokens; key < end; key += totals.places) {
            totals.update([&](F total, int offset) {
                float* const at = scores + key + offset;
                const F weight = exponential<I>(I::sub(I::load(at), top));
                I::store(at, scale(key + offset, weight));
                return I::add(total, weight);
            });
        }
        return totals.sum();
    }
};

/// cap * tanh(x / cap), from e to the 2x: good to a few units in the last place of the cap.
template <class I>
typename I::F soft_cap(typename I::F x, float cap)
{
    const typename I::F one = I::set(1.0f);
    const typename I::F power = exponential<I>(I::mul(x, I::set(2.0f / cap)));
    return I::mul(I::set(cap), I::sub(one, I::div(I::set(2.0f), I::add(power, one))));
}

}

#include "forward/route.h"

#include <algorithm>
#include <cmath>

namespace preble {
namespace {

/// Gives every row of every expert a slot: experts in order, each expert's rows in order.
void assign_slots(const ExpertChoice& choice, int rows, int used, int experts)
{
    std::fill(choice.first_slots, choice.first_slots + experts + 1, 0);
    for (int i = 0; i < rows * used; ++i) {
        ++choice.first_slots[choice.experts[i] + 1];
    }
    for (int expert = 0; expert < experts; ++expert) {
        choice.first_slots[expert + 1] += choice.first_slots[expert];
    }
    int32_t next[most_experts];
    std::copy(choice.first_slots, choice.first_slots + experts, next);
    for (int i = 0; i < rows * used; ++i) {
        const int32_t slot = next[choice.experts[i]]++;
        choice.slots[i] = slot;
        choice.sources[slot] = i / used;
    }
}

}

void choose_experts(const float* logits, int experts, int used, bool normed, int32_t* chosen, float* shares)
{
    bool taken[most_experts] = {};
    for (int rank = 0; rank < used; ++rank) {
        int best = -1;
        for (int expert = 0; expert < experts; ++expert) {
            // Not a number is never higher, so that there is always a best.
            if (!taken[expert] && (best < 0 || logits[expert] > logits[best])) {
                best = expert;
            }
        }
        taken[best] = true;
        chosen[rank] = best;
    }
    const double highest = logits[chosen[0]];
    double total = 0;
    for (int expert = 0; expert < experts; ++expert) {
        total += taken[expert] || !normed ? std::exp(logits[expert] - highest) : 0.0;
    }
    for (int rank = 0; rank < used; ++rank) {
        shares[rank] = static_cast<float>(std::exp(logits[chosen[rank]] - highest) / total);
    }
}

void route_rows(const Step& step)
{
    const Config& config = step.config();
    const ExpertChoice& choice = step.memory.choice;
    for_each_row(step.pool, step.row_count(), [&](int row) {
        const int64_t at = static_cast<int64_t>(row) * config.experts_used;
        choose_experts(step.memory.router.row(row), config.experts, config.experts_used, config.experts_normed, choice.experts + at,
                       choice.shares + at);
    });
    assign_slots(choice, step.row_count(), config.experts_used, config.experts);
}

}

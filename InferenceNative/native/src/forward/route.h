#pragma once

#include <cstdint>

#include "forward/step.h"

namespace preble {

/// Chooses the `used` experts with the highest router logits of one row, best first, ties to the lowest number, and their shares: the
/// softmax over all experts, or, if normed, over the chosen ones. At most most_experts and most_experts_used of them.
void choose_experts(const float* logits, int experts, int used, bool normed, int32_t* chosen, float* shares);

/// Chooses for all rows from their router logits, and lists each expert's rows: the workspace's ExpertChoice up to its slots.
void route_rows(const Step& step);

}

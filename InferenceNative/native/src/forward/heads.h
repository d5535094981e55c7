#pragma once

#include "forward/step.h"

namespace preble {

/// What some families do to queries, keys and values before rotation: biases are added, then every head of queries and keys is normalised.
void prepare_heads(const Step& step, int layer);

}

#pragma once

#include "forward/step.h"

namespace preble {

/// One layer's mixture of experts into the residual stream. Each expert multiplies its rows together; a row adds up its experts' outputs
/// best first, so that its bits do not depend on which rows share its experts.
void expert_layer(const Step& step, const LayerWeights& weights);

}

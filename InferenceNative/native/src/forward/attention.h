#pragma once

#include "forward/step.h"

namespace preble {

/// One layer's attention: norm, projections, rotation, the attention itself over the paged cache, output projection into the residual.
void attention_layer(const Step& step, int layer);

}

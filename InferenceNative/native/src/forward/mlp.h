#pragma once

#include "forward/step.h"

namespace preble {

/// One layer's SwiGLU: norm, gate and up projections, their product, down projection into the residual.
void mlp_layer(const Step& step, int layer);

}

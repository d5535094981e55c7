#pragma once

#include "forward/step.h"

namespace preble {

/// One layer's feed-forward part into the residual stream: norm, gate and up projections, the activated gate times up, down projection;
/// of one dense set of matrices, or of each token's experts.
void mlp_layer(const Step& step, int layer);

/// Gate and up of a few slices for some rows, combined in the gate's rows by the same thread while they are in its cache.
void gate_and_up(const Step& step, const FeedForward& weights, const Activations& x, int row_begin, int row_end, int first, int count);

}

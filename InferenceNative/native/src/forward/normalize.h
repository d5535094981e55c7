#pragma once

#include "forward/step.h"

namespace preble {

/// RMSNorm of the residual stream into `normed`, and quantised at once where the matrices that come next need it.
void normalize_rows(const Step& step, const float* weight, bool quantize);

/// Quantises rows of floats into the workspace, for the integer matrices that come next.
void quantize_rows(const Step& step, const Rows& from, int width, int rows);

/// Rows as the matrix kernels read them. What they read of the quantised form is what was quantised last.
Activations activations(const Step& step, const Rows& rows);

/// One row of quantize_rows.
void quantize_row(const Step& step, const float* from, int width, int row);

}

#pragma once

#include "forward/step.h"

namespace preble {

/// RMSNorm of the residual stream into `normed`, and quantised at once where the matrices that come next need it.
void normalize_rows(const Step& step, const float* weight, bool quantize);

/// Applies a matrix to rows and adds the result to the residual stream, by way of a norm where the family has one (else null).
/// `normed` is overwritten where there is one.
void add_to_residual(const Step& step, const Matrix& matrix, const Rows& rows, const float* post_norm);

/// Adds the norm of `normed` to the residual stream.
void add_normed(const Step& step, const float* weight);

/// Quantises rows of floats into the workspace, for the integer matrices that come next.
void quantize_rows(const Step& step, const Rows& from, int width, int rows);

/// Rows as the matrix kernels read them. What they read of the quantised form is what was quantised last.
Activations activations(const Step& step, const Rows& rows);

/// One row of quantize_rows.
void quantize_row(const Step& step, const float* from, int width, int row);

}

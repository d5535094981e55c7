#pragma once

#include <cstdint>

#include "backends/cpu/kernels.h"
#include "preble_inference.h"

namespace preble {

/// The form in which a file's type is held.
Form packed_form(pi_type type, pi_weights weights);

/// The dimensions of a packed matrix, its memory not yet given.
Matrix plan_matrix(Form form, int rows, int columns, const Kernels& kernels);

inline int64_t matrix_bytes(const Matrix& matrix) { return matrix.groups * matrix.group_bytes; }

/// Packs one group of outputs from the file's rows into `out`, which is zeroed. `row_buffer` has room for a row of floats.
void pack_group(const Matrix& matrix, pi_type type, const uint8_t* source, int group, uint8_t* out, float* row_buffer);

/// One row of a packed matrix in float32.
void unpack_row(const Matrix& matrix, int row, float* out);

}

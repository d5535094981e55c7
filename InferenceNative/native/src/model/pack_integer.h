#pragma once

#include <cstdint>

#include "backends/cpu/matrix.h"
#include "preble_inference.h"

namespace preble {

/// Writes a row of a file's integer type into its place among the group's outputs. `group` is zeroed before its first row.
void pack_integer_row(const Matrix& matrix, pi_type type, const uint8_t* row, int lane, uint8_t* group);

/// The row in float32: what the kernels multiply with.
void unpack_integer_row(const Matrix& matrix, const uint8_t* group, int lane, float* out);

}

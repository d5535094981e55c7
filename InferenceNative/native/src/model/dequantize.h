#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// Weights of a packed integer matrix share their scale with this many neighbours in the row.
constexpr int block_weights = 32;

/// Whether this build can read the type; the number may come from a file.
bool is_known(int32_t type);

/// Weights that a file stores together: 1, 32 or 256. A row holds a whole number of such blocks.
int block_size(pi_type type);

inline bool is_block_type(pi_type type) { return block_size(type) > 1; }

/// Bytes that a row of this many weights takes in a file. The count must be a multiple of block_size(type).
int64_t row_bytes(pi_type type, int64_t columns);

/// A row of a file's tensor in float32: the plain definition of each type, which the packed forms are tested against.
void dequantize_row(pi_type type, const uint8_t* row, int64_t columns, float* out);

}

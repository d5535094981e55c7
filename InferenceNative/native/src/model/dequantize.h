#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// Weights of a block type share their scale with this many neighbours in the row.
constexpr int block_weights = 32;

bool is_block_type(pi_type type);

/// Bytes that a row of this many weights takes in a file. For block types the count must be a multiple of block_weights.
int64_t row_bytes(pi_type type, int64_t columns);

/// A row of a file's tensor in float32: the plain definition of each type, which the packed forms are tested against.
void dequantize_row(pi_type type, const uint8_t* row, int64_t columns, float* out);

}

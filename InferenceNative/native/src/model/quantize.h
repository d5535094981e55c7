#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// Whether rows can be written in this type: F32, F16, BF16, Q8_0, Q4_0 and Q4_1.
bool can_quantize(int32_t type);

/// Writes a row of floats in a file's type, row_bytes(type, columns) bytes. 16-bit floats round to nearest, ties to even.
/// Block types choose for each 32 weights:
///   Q8_0: d = half(largest magnitude / 127), codes round(x / d).
///   Q4_0: of a few d around (weight of largest magnitude) / -8, and of their least-squares refits sum(x * code) / sum(code * code),
///         the one with the smallest squared error.
///   Q4_1: m = half(smallest), d = half((largest - m) / 15), codes round((x - m) / d).
/// Codes are those of the d and m as stored, so their rounding to halves costs nothing more.
void quantize_row(pi_type type, const float* row, int64_t columns, uint8_t* out);

}

#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// A row of one file type as another: the only way in which weights change their type, at load and on disk. The same type is copied, codes
/// that a signed byte can hold exactly become Q8_0 as they are, everything else is dequantised and quantised again.
/// `to` must be one that can_quantize, and the columns a multiple of both block sizes. `buffer` has room for a row of floats.
void convert_row(pi_type from, pi_type to, const uint8_t* row, int64_t columns, uint8_t* out, float* buffer);

/// Checks the arguments of pi_convert_rows and converts. Throws.
void convert_rows(int32_t from, int32_t to, const uint8_t* in, int64_t in_bytes, int64_t rows, int64_t columns, uint8_t* out,
                  int64_t out_bytes);

}

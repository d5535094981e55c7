#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// 32 neighbouring weights of a file's integer type as the packed forms hold them: unsigned codes, and the halves that go with them.
/// Q4 and Q5 forms: a scale and a minimum. Q6: the scales of the first and the second sixteen, codes offset by 32. Q8: a scale, codes
/// offset by 128.
struct BlockCodes {
    uint16_t halves[2];
    uint8_t codes[32];
};

/// Block `block` of 32 of a row. The scales of K-quants, products of a small number and a half, are rounded to a half.
BlockCodes read_block_codes(pi_type type, const uint8_t* row, int64_t block);

}

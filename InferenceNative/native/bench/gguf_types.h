#pragma once

#include <cstdint>
#include <optional>

#include "preble_inference.h"

namespace preble::bench {

/// Weights that are stored together, and the bytes they take.
struct BlockLayout {
    int64_t weights;
    int64_t bytes;
};

/// Nothing for a type that the library's ABI has no number for.
constexpr std::optional<BlockLayout> layout_of(uint32_t type)
{
    switch (type) {
    case PI_TYPE_F32: return BlockLayout{1, 4};
    case PI_TYPE_F16:
    case PI_TYPE_BF16: return BlockLayout{1, 2};
    case PI_TYPE_Q4_0: return BlockLayout{32, 18};
    case PI_TYPE_Q4_1: return BlockLayout{32, 20};
    case PI_TYPE_Q5_0: return BlockLayout{32, 22};
    case PI_TYPE_Q5_1: return BlockLayout{32, 24};
    case PI_TYPE_Q8_0: return BlockLayout{32, 34};
    case PI_TYPE_Q2_K: return BlockLayout{256, 84};
    case PI_TYPE_Q3_K: return BlockLayout{256, 110};
    case PI_TYPE_Q4_K: return BlockLayout{256, 144};
    case PI_TYPE_Q5_K: return BlockLayout{256, 176};
    case PI_TYPE_Q6_K: return BlockLayout{256, 210};
    case PI_TYPE_IQ4_NL: return BlockLayout{32, 18};
    case PI_TYPE_IQ4_XS: return BlockLayout{256, 136};
    default: return std::nullopt;
    }
}

}

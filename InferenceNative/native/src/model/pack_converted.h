#pragma once

#include <cstdint>
#include <vector>

#include "backends/cpu/matrix.h"
#include "preble_inference.h"

namespace preble {

/// A thread's memory for the rows on their way from a file into a packed matrix.
struct RowBuffers {
    std::vector<float> floats;
    std::vector<uint8_t> rows;
};

/// Packs one group of outputs as pack_group does, its rows converted from the stored type to the held one first.
void pack_converted(const Matrix& matrix, pi_type stored, pi_type held, const uint8_t* source, int group, uint8_t* out,
                    RowBuffers& buffers);

}

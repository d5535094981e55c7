#pragma once

#include "peak_loop.h"

namespace preble::bench {

// One table for each file that is compiled for an instruction set of its own; whether the processor has it is the caller's to know.
extern const PeakLoop avx2_loops[3];
extern const PeakLoop avxvnni_loops[1];
extern const PeakLoop avx512_loops[3];
extern const PeakLoop avx512bf16_loops[1];

/// Reads memory with 32-byte loads; see sum_streams.
uint64_t sum_avx2(const void* from, int64_t bytes, int streams);

}

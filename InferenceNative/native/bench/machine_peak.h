#pragma once

namespace preble::bench {

/// int8 multiply-adds a second of `threads` cores in registers, in the instruction that the kernels use (two operations each);
/// zero where there is none.
double int8_peak(int threads);

/// Bytes a second that `threads` cores read together from memory.
double read_bandwidth(int threads);

}

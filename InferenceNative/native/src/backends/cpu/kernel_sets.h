#pragma once

#include "backends/cpu/kernels.h"

namespace preble {

/// The kernels of each instruction set. Asking for one is always allowed; running it needs the instructions.
const Kernels& portable_kernels();
const Kernels& avx2_kernels();
const Kernels& avx512_kernels();

}

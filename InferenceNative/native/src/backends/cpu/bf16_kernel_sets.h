#pragma once

#include "backends/cpu/kernels.h"

namespace preble {

/// The AVX-512 kernels, and the portable ones that are their truth, with BF16 products in dot products of pairs. The bits of those
/// products are their own: activations are rounded to BF16. All else is as in the sets they are made of.
const Kernels& avx512_bf16_kernels();
const Kernels& portable_bf16_kernels();

/// The one product that is compiled with the instruction.
MultiplyKernel avx512_bf16_product();

}

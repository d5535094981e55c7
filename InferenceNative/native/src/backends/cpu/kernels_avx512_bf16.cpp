#include "backends/cpu/bf16_kernel_sets.h"
#include "backends/cpu/isa_avx512_bf16.h"
#include "backends/cpu/multiply_bfloat_dot.h"

namespace preble {

MultiplyKernel avx512_bf16_product()
{
    return multiply_bfloat_dot<Avx512Pairs>;
}

}

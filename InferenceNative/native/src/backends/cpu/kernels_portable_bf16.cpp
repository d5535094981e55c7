#include "backends/cpu/bf16_kernel_sets.h"
#include "backends/cpu/isa_portable_bf16.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/multiply_bfloat_dot.h"

namespace preble {

const Kernels& portable_bf16_kernels()
{
    static const Kernels kernels = [] {
        Kernels result = portable_kernels();
        result.name = "portable-bf16";
        result.multiply[form_bf16] = multiply_bfloat_dot<PortablePairs<8>>;
        return result;
    }();
    return kernels;
}

}

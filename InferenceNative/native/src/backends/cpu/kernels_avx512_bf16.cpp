#include "backends/cpu/bf16_kernel_sets.h"
#include "backends/cpu/isa_avx512_bf16.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/multiply_bfloat_dot.h"

namespace preble {

const Kernels& avx512_bf16_kernels()
{
    static const Kernels kernels = [] {
        Kernels result = avx512_kernels();
        result.name = "avx512-bf16";
        result.multiply[form_bf16] = multiply_bfloat_dot<Avx512Pairs>;
        return result;
    }();
    return kernels;
}

}

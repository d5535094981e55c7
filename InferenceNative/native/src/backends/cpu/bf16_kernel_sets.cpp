#include "backends/cpu/bf16_kernel_sets.h"

#include "backends/cpu/isa_portable_bf16.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/multiply_bfloat_dot.h"

// Put together here and not where the products are compiled: a processor without AVX-512 asks for the sets too, and must not meet one of its
// instructions in a copy.
namespace preble {
namespace {

Kernels with_product(const Kernels& others, const char* name, MultiplyKernel product)
{
    Kernels result = others;
    result.name = name;
    result.multiply[form_bf16] = product;
    return result;
}

}

#if defined(PI_X86_KERNELS)
const Kernels& avx512_bf16_kernels()
{
    static const Kernels kernels = with_product(avx512_kernels(), "avx512-bf16", avx512_bf16_product());
    return kernels;
}
#endif

const Kernels& portable_bf16_kernels()
{
    static const Kernels kernels = with_product(portable_kernels(), "portable-bf16", multiply_bfloat_dot<PortablePairs<8>>);
    return kernels;
}

}

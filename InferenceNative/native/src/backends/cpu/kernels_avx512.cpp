#include "backends/cpu/isa_avx512.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/kernel_table.h"

namespace preble {

const Kernels& avx512_kernels()
{
    static constexpr Kernels kernels = make_kernels<Avx512>("avx512");
    return kernels;
}

}

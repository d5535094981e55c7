#include "backends/cpu/isa_avx2.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/kernel_table.h"

namespace preble {

const Kernels& avx2_kernels()
{
    static constexpr Kernels kernels = make_kernels<Avx2>("avx2");
    return kernels;
}

}

#include "backends/cpu/isa_portable.h"
#include "backends/cpu/kernel_sets.h"
#include "backends/cpu/kernel_table.h"

namespace preble {

const Kernels& portable_kernels()
{
    static constexpr Kernels kernels = make_kernels<Portable<8>>("portable");
    return kernels;
}

}

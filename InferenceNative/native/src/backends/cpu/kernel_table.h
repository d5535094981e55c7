#pragma once

#include "backends/cpu/attend.h"
#include "backends/cpu/elementwise.h"
#include "backends/cpu/key_value.h"
#include "backends/cpu/multiply_float.h"
#include "backends/cpu/multiply_panel.h"

namespace preble {

/// Compiles every kernel for an instruction set.
template <class I>
constexpr Kernels make_kernels(const char* name)
{
    return {
        .name = name,
        .integer_group = I::lanes,
        .float_group = 2 * I::lanes,
        .multiply = {multiply_float<I, FloatWeights>, multiply_float<I, HalfWeights>, multiply_float<I, BfloatWeights>,
                     multiply_integer<I, Q4Form>, multiply_integer<I, Q5Form>, multiply_integer<I, Q6Form>,
                     multiply_integer<I, Q8Form>},
        .normalize = normalize<I>,
        .quantize = quantize<I>,
        .gate_silu = gate_silu<I>,
        .gate_gelu = gate_gelu<I>,
        .softcap = softcap<I>,
        .rotate = rotate<I>,
        .store = {store_f32<I>, store_f16<I>, store_int8<I>},
        .attend = {attend<I, HeldFloat<I>>, attend<I, HeldHalf<I>>, attend<I, HeldInt8<I>>},
        .merge_attention = merge_attention<I>,
        .largest = largest<I>,
        .exponentials = exponentials<I>,
    };
}

}

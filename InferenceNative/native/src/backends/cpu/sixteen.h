#pragma once

#include "backends/cpu/kernels.h"

namespace preble {

/// Sixteen running values, in as many registers as an instruction set needs for them. A reduction over a row keeps its value i in place
/// i % 16 and folds the places 8, 4, 2 and 1 apart at the end: one order for every instruction set, so that all give the same bits.
template <class I>
struct Sixteen {
    static constexpr int places = 16;
    static constexpr int parts = places / I::lanes;
    static_assert(parts * I::lanes == places, "a register must hold 1, 2, 4, 8 or 16 values");

    using F = typename I::F;
    F part[parts];

    static Sixteen all(float value)
    {
        Sixteen result;
        for (int p = 0; p < parts; ++p) {
            result.part[p] = I::set(value);
        }
        return result;
    }

    /// part = operation(part, offset of the part's first place).
    template <class Operation>
    void update(Operation operation)
    {
        for (int p = 0; p < parts; ++p) {
            part[p] = operation(part[p], p * I::lanes);
        }
    }

    float sum() const { return I::sum(fold([](F a, F b) { return I::add(a, b); })); }
    float largest() const { return I::largest(fold([](F a, F b) { return I::max(a, b); })); }

private:
    template <class Operation>
    F fold(Operation operation) const
    {
        Sixteen folded = *this;
        for (int half = parts / 2; half > 0; half /= 2) {
            for (int p = 0; p < half; ++p) {
                folded.part[p] = operation(folded.part[p], folded.part[p + half]);
            }
        }
        return folded.part[0];
    }
};

}

#pragma once

#include <cstdint>

// How the float forms hold the weights of two inputs for a group of outputs, and how a register of them is widened. `input` is 0 or 1,
// `pair` points to the pair's first weight, `lane` counts outputs. `temporaries` is the number of registers that widening takes.
namespace preble {

template <class I>
struct FloatWeights {
    using Type = float;
    static constexpr int temporaries = 1;

    template <int input>
    static typename I::F load(const float* pair, int lane)
    {
        return I::load(pair + input * 2 * I::lanes + lane);
    }
};

template <class I>
struct HalfWeights {
    using Type = uint16_t;
    static constexpr int temporaries = 2;

    template <int input>
    static typename I::F load(const uint16_t* pair, int lane)
    {
        return I::load_half(pair + input * 2 * I::lanes + lane);
    }
};

/// Both inputs of an output share a 32-bit word: whole registers are loaded, and BF16 dot products take the pairs as they are.
template <class I>
struct BfloatWeights {
    using Type = uint16_t;
    static constexpr int temporaries = 2;

    template <int input>
    static typename I::F load(const uint16_t* pair, int lane)
    {
        return input == 0 ? I::load_low_bfloats(pair + 2 * lane) : I::load_high_bfloats(pair + 2 * lane);
    }
};

}

#pragma once

#include "backends/cpu/kernels.h"

// The integer forms, each as what the kernels need of it: unsigned codes below 2 to the power of `bits`, `parts` scales for a block of 32
// inputs, and what a code of zero means. weight = scale * (code - zero), plus the minimum where there is one.
namespace preble {

/// Vector v of nibbles has the low four bits of inputs 8v + i (low half of the byte) and 8v + 4 + i (high half).
template <class I>
inline void read_nibbles(const uint8_t* block, typename I::Bytes* codes)
{
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) {
        const typename I::Bytes nibbles = I::load_bytes(block + v * 4 * I::lanes);
        codes[2 * v] = I::low_nibbles(nibbles);
        codes[2 * v + 1] = I::high_nibbles(nibbles);
    }
}

/// A scale and a minimum for each block; four vectors of nibbles.
struct Q4Form {
    static constexpr int form = form_q4;
    static constexpr int bits = 4;
    static constexpr int parts = 1;
    static constexpr bool has_minimum = true;

    template <class I>
    static void read(const uint8_t* block, typename I::Bytes* codes)
    {
        read_nibbles<I>(block, codes);
    }
};

/// The same and a vector of fifth bits: bit v of byte (output * 4 + i) is that of input 4v + i.
struct Q5Form {
    static constexpr int form = form_q5;
    static constexpr int bits = 5;
    static constexpr int parts = 1;
    static constexpr bool has_minimum = true;

    template <class I>
    static void read(const uint8_t* block, typename I::Bytes* codes)
    {
        read_nibbles<I>(block, codes);
        const typename I::Bytes fifths = I::load_bytes(block + 16 * I::lanes);
        codes[0] = I::template with_bits<0x10, 4>(codes[0], fifths);
        codes[1] = I::template with_bits<0x10, 3>(codes[1], fifths);
        codes[2] = I::template with_bits<0x10, 2>(codes[2], fifths);
        codes[3] = I::template with_bits<0x10, 1>(codes[3], fifths);
        codes[4] = I::template with_bits<0x10, 0>(codes[4], fifths);
        codes[5] = I::template with_bits<0x10, -1>(codes[5], fifths);
        codes[6] = I::template with_bits<0x10, -2>(codes[6], fifths);
        codes[7] = I::template with_bits<0x10, -3>(codes[7], fifths);
    }
};

/// A scale for each half of a block; four vectors of nibbles and two of the upper two bits: bits 2v and 2v + 1 of byte (output * 4 + i) of
/// the first are those of input 4v + i, of the second those of input 16 + 4v + i.
struct Q6Form {
    static constexpr int form = form_q6;
    static constexpr int bits = 6;
    static constexpr int parts = 2;
    static constexpr bool has_minimum = false;
    static constexpr int zero_shift = 5;

    template <class I>
    static void read(const uint8_t* block, typename I::Bytes* codes)
    {
        read_nibbles<I>(block, codes);
#pragma GCC unroll 2
        for (int half = 0; half < 2; ++half) {
            const typename I::Bytes upper = I::load_bytes(block + (16 + 4 * half) * I::lanes);
            codes[4 * half] = I::template with_bits<0x30, 4>(codes[4 * half], upper);
            codes[4 * half + 1] = I::template with_bits<0x30, 2>(codes[4 * half + 1], upper);
            codes[4 * half + 2] = I::template with_bits<0x30, 0>(codes[4 * half + 2], upper);
            codes[4 * half + 3] = I::template with_bits<0x30, -2>(codes[4 * half + 3], upper);
        }
    }
};

/// A scale for each block; eight vectors of bytes, each 128 more than the signed weight: byte (output * 4 + i) of vector v is input 4v + i.
struct Q8Form {
    static constexpr int form = form_q8;
    static constexpr int bits = 8;
    static constexpr int parts = 1;
    static constexpr bool has_minimum = false;
    static constexpr int zero_shift = 7;

    template <class I>
    static void read(const uint8_t* block, typename I::Bytes* codes)
    {
#pragma GCC unroll 8
        for (int v = 0; v < 8; ++v) {
            codes[v] = I::load_bytes(block + v * 4 * I::lanes);
        }
    }
};

/// How the products of a block are added up: in stages of so many vectors of codes as the instruction set's `Dot` can hold without
/// overflow. Where bytes are too large for it altogether, they are multiplied as signed numbers, by their magnitudes and signs.
template <class I, class Form>
struct Stages {
    static constexpr bool by_sign = Form::bits == 8 && !I::holds_bytes;
    static constexpr int most = I::most_vectors(Form::bits);
    static constexpr int per_part = 8 / Form::parts;
    static constexpr int vectors = most < per_part ? most : per_part;
    static constexpr int of_a_part = per_part / vectors;
};

/// The sum over a part of a block of (code - zero) * x, from that of code * x. The activations' sums are exact, so this is too.
template <class I, class Form, int part>
inline typename I::Int less_zero(typename I::Int sum, const Activations& x, int64_t block)
{
    if constexpr (Form::has_minimum || Stages<I, Form>::by_sign) {
        return sum;
    } else if constexpr (Form::parts == 1) {
        return I::sub_int(sum, I::template set_shifted<Form::zero_shift>(x.sums[block].all));
    } else {
        const int32_t first = x.sums[block].first_half;
        return I::sub_int(sum, I::template set_shifted<Form::zero_shift>(part == 0 ? first : x.sums[block].all - first));
    }
}

}

#include "model/quantize_q4_0.h"

#include <cstring>

#include "model/dequantize.h"

namespace preble {
namespace {

/// What the weight of largest magnitude is divided by: -8 makes it the lowest code exactly; the others trade some of its accuracy for
/// that of all others, or use the side on which there are fewer codes.
constexpr float divisors[] = {-8, -8.7f, -7.3f, 7};

struct Attempt {
    uint16_t scale;
    float error;
    float refit;  // the scale that suits these codes best
    float codes[block_weights];
};

void attempt(const float* x, float wanted, Attempt& to)
{
    to.scale = scale_to_half(wanted);
    const float scale = half_to_float(to.scale);
    const float inverse = inverse_of(scale);
    float error = 0;
    float products = 0;
    float squares = 0;
    for (int i = 0; i < block_weights; ++i) {
        const float code = nearest_code(x[i] * inverse, -8, 7);
        const float off = x[i] - scale * code;
        to.codes[i] = code;
        error += off * off;
        products += x[i] * code;
        squares += code * code;
    }
    to.error = error;
    to.refit = squares > 0 ? products / squares : wanted;
}

}

void quantize_q4_0(const float* x, uint8_t* out)
{
    float extreme = 0;
    for (int i = 0; i < block_weights; ++i) {
        extreme = std::fabs(x[i]) > std::fabs(extreme) ? x[i] : extreme;
    }
    Attempt best;
    attempt(x, extreme / divisors[0], best);
    const auto keep_better = [&](float wanted) {
        Attempt other;
        attempt(x, wanted, other);
        const float refit = other.refit;
        if (other.error < best.error) {
            best = other;
        }
        return refit;
    };
    keep_better(best.refit);
    for (const float divisor : divisors) {
        if (divisor != divisors[0]) {
            keep_better(keep_better(extreme / divisor));
        }
    }
    std::memcpy(out, &best.scale, sizeof best.scale);
    for (int i = 0; i < block_weights / 2; ++i) {
        const int low = static_cast<int>(best.codes[i]) + 8;
        const int high = static_cast<int>(best.codes[i + block_weights / 2]) + 8;
        out[2 + i] = static_cast<uint8_t>(low | high << 4);
    }
}

}

#include "figures.h"

#include <algorithm>

namespace preble::bench {

PeakChoice::PeakChoice(const ModelSize& size, pi_weights weights)
{
    const bool native = weights == PI_WEIGHTS_NATIVE;
    const double half = size.layer_weights / 2;
    if (weights == PI_WEIGHTS_INT4 || (native && size.four_bit_weights > half)) {
        name = "int8 peak, sums of 16 bits included";
        kinds_ = {PeakKind::int8, PeakKind::int8_short};
    } else if (weights == PI_WEIGHTS_INT8 || (native && size.eight_bit_weights > half)) {
        name = "exact int8 peak";
        kinds_ = {PeakKind::int8};
    } else if (weights == PI_WEIGHTS_F32) {
        name = "FP32 peak";
        kinds_ = {PeakKind::float32};
    } else {
        name = "best of the FP32 and BF16 peaks";
        kinds_ = {PeakKind::float32, PeakKind::bfloat16};
    }
}

double PeakChoice::linear(const MachinePeak& peak) const
{
    double best = 0;
    for (const PeakKind kind : kinds_) {
        best = std::max(best, peak.best(kind));
    }
    return best;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}

#pragma once

#include <string>
#include <vector>

#include "peak_loop.h"

namespace preble::bench {

/// Operations a second (a multiply-add is two) of one instruction on all threads together.
struct Rate {
    std::string name;
    PeakKind kind;
    double operations;
};

/// What a number of threads of this machine can do, as measured now, by processor time: what others take of the cores is not counted,
/// what they take of the memory is.
struct MachinePeak {
    int threads = 0;
    std::vector<Rate> rates;    // of the instructions that the processor has
    double read_one_stream = 0; // bytes a second, of memory much larger than the caches
    double read_four_streams = 0;

    /// The best of a kind; 0 when there is none.
    double best(PeakKind wanted) const
    {
        double best = 0;
        for (const Rate& rate : rates) {
            best = rate.kind == wanted && rate.operations > best ? rate.operations : best;
        }
        return best;
    }
    double read() const { return read_one_stream > read_four_streams ? read_one_stream : read_four_streams; }
};

MachinePeak measure_peak(int threads);

}

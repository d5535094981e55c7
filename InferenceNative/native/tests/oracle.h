#pragma once

#include <algorithm>
#include <cmath>

#include "check.h"
#include "plain_model.h"
#include "test_engine.h"

namespace preble::testing {

/// How far an engine's logits are from those of the forward pass in double precision.
struct Difference {
    double largest = 0;
    double mean_square = 0;
    double spread = 0;  // standard deviation of the true logits
};

using PlainLogits = std::vector<std::vector<double>>;

inline std::vector<int32_t> oracle_tokens(const SyntheticModel& source)
{
    SeededRandom random(9);
    return random_tokens(random, 21, source.shape.vocabulary);
}

inline PlainLogits plain_logits(const SyntheticModel& source) { return PlainModel(source).logits(oracle_tokens(source)); }

inline Difference compare(const SyntheticModel& source, pi_weights weights, const PlainLogits& expected)
{
    const std::vector<int32_t> tokens = oracle_tokens(source);
    const LoadedModel model(source, weights);
    TestEngine engine(model);
    engine.step({{tokens, 0, {7, 3}}});
    Difference difference;
    double count = 0;
    double squares = 0;
    for (size_t row = 0; row < tokens.size(); ++row) {
        const std::vector<float> actual = engine.logits(static_cast<int>(row));
        CHECK(is_interesting(actual));
        for (size_t i = 0; i < actual.size(); ++i) {
            const double error = actual[i] - expected[row][i];
            difference.largest = std::max(difference.largest, std::fabs(error));
            difference.mean_square += error * error;
            squares += expected[row][i] * expected[row][i];
            ++count;
        }
    }
    difference.mean_square = std::sqrt(difference.mean_square / count);
    difference.spread = std::sqrt(squares / count);
    return difference;
}

inline Difference compare(const SyntheticModel& source, pi_weights weights) { return compare(source, weights, plain_logits(source)); }

}

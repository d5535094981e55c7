#pragma once

#include "forward/step.h"

namespace preble {

/// Computes the cosines and sines of every row's position, once a step, in double precision, for every rotary set.
void prepare_rotation(const Step& step);

/// Rotates the queries in place, and the keys on their way into the cache beside the values.
void rotate_and_store(const Step& step, int layer);

}

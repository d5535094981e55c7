#pragma once

#include <cstdint>

#include "preble_inference.h"

namespace preble {

/// The type as which a matrix is packed: the loader converts its rows to it first where it is not the stored one.
pi_type held_type(pi_type stored, pi_weights weights, pi_role role, int64_t columns);

}

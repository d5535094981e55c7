#include "model/held_type.h"

#include "model/dequantize.h"

namespace preble {
namespace {

/// As stored, where there is a packed form for it. Of the others the codes of IQ4 become signed bytes without any loss; the rest is
/// quantised again to signed bytes, whose step is a fraction of theirs.
pi_type native_type(pi_type stored)
{
    switch (stored) {
    case PI_TYPE_F32:
    case PI_TYPE_F16:
    case PI_TYPE_BF16:
    case PI_TYPE_Q4_0:
    case PI_TYPE_Q4_1:
    case PI_TYPE_Q5_0:
    case PI_TYPE_Q5_1:
    case PI_TYPE_Q4_K:
    case PI_TYPE_Q5_K:
    case PI_TYPE_Q6_K: return stored;
    default: return PI_TYPE_Q8_0;
    }
}

}

pi_type held_type(pi_type stored, pi_weights weights, pi_role role, int64_t columns)
{
    // Which experts are chosen turns on small differences, and the router is a thousandth of the weights.
    if (weights == PI_WEIGHTS_F32 || role == PI_ROLE_ROUTER) {
        return PI_TYPE_F32;
    }
    const bool integer = weights == PI_WEIGHTS_INT8 || weights == PI_WEIGHTS_INT4;
    if (weights == PI_WEIGHTS_BF16 || (integer && columns % block_weights != 0)) {
        return PI_TYPE_BF16;
    }
    if (!integer) {
        return native_type(stored);
    }
    const bool vocabulary = role == PI_ROLE_TOKEN_EMBEDDING || role == PI_ROLE_OUTPUT_HEAD;
    return weights == PI_WEIGHTS_INT8 || vocabulary ? PI_TYPE_Q8_0 : PI_TYPE_Q4_0;
}

}

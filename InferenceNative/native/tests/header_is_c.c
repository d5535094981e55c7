/* The header must be usable from C: this file is compiled as C99 and calls what needs no model. */
#include "preble_inference.h"

#include <stdio.h>

int main(void)
{
    pi_model* model = 0;
    int32_t status = pi_model_create(0, 0, 0, 0, 0, 0, 0, &model);
    if (pi_abi_version() != PI_ABI_VERSION || pi_abi_sizeof_chunk() != (int32_t)sizeof(pi_chunk) ||
        pi_abi_sizeof_tensor() != (int32_t)sizeof(pi_tensor) || pi_abi_sizeof_model_config() != (int32_t)sizeof(pi_model_config) ||
        pi_abi_sizeof_model_info() != (int32_t)sizeof(pi_model_info) ||
        pi_abi_sizeof_engine_options() != (int32_t)sizeof(pi_engine_options)) {
        puts("the library and the header disagree on a version or a size");
        return 1;
    }
    if (status != PI_INVALID_ARGUMENT || model != 0 || pi_last_error()[0] == 0) {
        printf("a null configuration gave status %d and \"%s\"\n", (int)status, pi_last_error());
        return 1;
    }
    pi_model_free(0);
    pi_engine_free(0);
    puts(pi_runtime_description());
    return 0;
}

#include "backends/cpu/kernel_check.h"
#include "backends/cpu/kernel_choice.h"
#include "backends/cpu/kernel_sets.h"
#include "check.h"
#include "test_kernels.h"

using namespace preble;
using namespace preble::testing;

TEST("a kernel set that computes wrongly is noticed, whichever of its kernels it is")
{
    const Kernels& truth = portable_kernels();
    for (const NamedKernels& set : kernels_to_test()) {
        CHECK(first_disagreement(*set.kernels, truth) == nullptr);
    }
    Kernels wrong = truth;
    for (int form = 0; form < form_count; ++form) {
        wrong = truth;
        wrong.multiply[form] = [](const Matrix&, const Activations&, const Rectangle&) {};
        CHECK(first_disagreement(wrong, truth) != nullptr);
    }
    wrong = truth;
    wrong.attend_f16 = [](const AttentionTask& task) {
        AttentionTask shorter = task;
        shorter.first_position -= 1;
        portable_kernels().attend_f16(shorter);
    };
    CHECK(first_disagreement(wrong, truth) != nullptr);
    wrong = truth;
    wrong.gate_silu = [](float*, const float*, int) {};
    CHECK(first_disagreement(wrong, truth) != nullptr);
}

TEST("a set can be asked for by name, and a name that does not exist is an error")
{
    CHECK(choose_kernels("portable").kernels == &portable_kernels());
    CHECK(choose_kernels("sse9").kernels == nullptr);
    CHECK(choose_kernels("sse9").status == PI_INVALID_ARGUMENT);
    const KernelChoice best = choose_kernels(nullptr);
    CHECK(best.kernels != nullptr);
    CHECK(best.description.find(best.kernels->name) != std::string::npos);
}

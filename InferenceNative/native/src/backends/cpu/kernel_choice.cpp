#include "backends/cpu/kernel_choice.h"

#include <cstdlib>
#include <cstring>
#include <vector>

#include "backends/cpu/kernel_check.h"
#include "backends/cpu/kernel_sets.h"
#include "runtime/cpu_features.h"

namespace preble {
namespace {

struct Candidate {
    const Kernels* kernels;
    bool runs;
};

/// Widest first. Whether a set runs is the processor's word; whether it is right is checked later.
std::vector<Candidate> candidates()
{
    std::vector<Candidate> result;
#if defined(PI_X86_KERNELS)
    const CpuFeatures features = detect_cpu_features();
    result.push_back({&avx512_kernels(), features.avx512});
    result.push_back({&avx2_kernels(), features.avx2});
#endif
    result.push_back({&portable_kernels(), true});
    return result;
}

KernelChoice refused(pi_status status, const std::string& sentence)
{
    KernelChoice choice;
    choice.status = status;
    choice.description = cpu_name() + "; no kernels: " + sentence;
    return choice;
}

KernelChoice chosen(const Kernels& kernels, const std::string& notes)
{
    KernelChoice choice;
    choice.kernels = &kernels;
    choice.description = cpu_name() + "; kernels " + kernels.name + notes;
    return choice;
}

KernelChoice choose_named(const char* name)
{
    for (const Candidate& candidate : candidates()) {
        if (std::strcmp(candidate.kernels->name, name) != 0) {
            continue;
        }
        if (!candidate.runs) {
            return refused(PI_UNSUPPORTED, std::string("PREBLE_CPU_KERNEL asks for ") + name + ", which this processor cannot run");
        }
        const char* const wrong = first_disagreement(*candidate.kernels, portable_kernels());
        if (wrong != nullptr) {
            return refused(PI_UNSUPPORTED, std::string("PREBLE_CPU_KERNEL asks for ") + name + ", whose " + wrong + " is wrong here");
        }
        return chosen(*candidate.kernels, " (asked for)");
    }
    return refused(PI_INVALID_ARGUMENT, std::string("PREBLE_CPU_KERNEL is \"") + name + "\", but must be portable, avx2 or avx512");
}

KernelChoice choose_fastest()
{
    const Kernels* best = nullptr;
    double best_time = 0;
    std::string notes;
    for (const Candidate& candidate : candidates()) {
        if (!candidate.runs) {
            continue;
        }
        const char* const wrong = first_disagreement(*candidate.kernels, portable_kernels());
        if (wrong != nullptr) {
            notes += std::string("; ") + candidate.kernels->name + " left out, its " + wrong + " is wrong here";
            continue;
        }
        const double time = small_product_time(*candidate.kernels);
        // A wider set keeps its place unless a narrower one is clearly faster: a busy machine must not decide by noise.
        if (best == nullptr || time < 0.8 * best_time) {
            best = candidate.kernels;
            best_time = time;
        }
    }
    return chosen(*best, notes);
}

}

KernelChoice choose_kernels(const char* requested)
{
    return requested != nullptr && *requested != '\0' ? choose_named(requested) : choose_fastest();
}

const KernelChoice& process_kernels()
{
    static const KernelChoice choice = choose_kernels(std::getenv("PREBLE_CPU_KERNEL"));
    return choice;
}

}

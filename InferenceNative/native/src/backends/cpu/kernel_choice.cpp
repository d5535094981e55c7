#include "backends/cpu/kernel_choice.h"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#include "backends/cpu/bf16_kernel_sets.h"
#include "backends/cpu/kernel_check.h"
#include "backends/cpu/kernel_memory.h"
#include "backends/cpu/kernel_sets.h"
#include "runtime/cpu_features.h"

namespace preble {
namespace {

// Of the other's time. The sets are two to ten times apart, or as good as equal; noise of a third is rare in the best of several runs.
constexpr double clearly_faster = 0.8;

struct Candidate {
    const Kernels* kernels;
    bool runs;
    const Kernels* own_truth = nullptr;  // where BF16 products have other bits than all other sets' do
};

/// Widest first. Whether a set runs is the processor's word; whether it is right is checked later.
std::vector<Candidate> candidates()
{
    std::vector<Candidate> result;
#if defined(PI_X86_KERNELS)
    const CpuFeatures features = detect_cpu_features();
    result.push_back({&avx512_kernels(), features.avx512});
    result.push_back({&avx512_bf16_kernels(), features.avx512_bf16, &portable_bf16_kernels()});
    result.push_back({&avx2_kernels(), features.avx2});
#endif
    result.push_back({&portable_kernels(), true});
    return result;
}

const char* first_disagreement(const Candidate& candidate)
{
    return first_disagreement(*candidate.kernels, candidate.own_truth != nullptr ? *candidate.own_truth : portable_kernels());
}

struct Folder {
    std::mutex mutex;
    std::string name;
};

Folder& process_folder()
{
    static Folder folder;
    return folder;
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
    // Both, since workers whose BF16 products differ in kind continue each other's streams with other bits.
    const bool dots = std::strstr(kernels.name, "-bf16") != nullptr;
    choice.description = cpu_name() + "; kernels " + kernels.name + ", BF16 by " + (dots ? "dot products" : "fused multiply-adds") + notes;
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
        const char* const wrong = first_disagreement(candidate);
        if (wrong != nullptr) {
            return refused(PI_UNSUPPORTED, std::string("PREBLE_CPU_KERNEL asks for ") + name + ", whose " + wrong + " is wrong here");
        }
        return chosen(*candidate.kernels, " (asked for)");
    }
    return refused(PI_INVALID_ARGUMENT, std::string("PREBLE_CPU_KERNEL is \"") + name + "\", but must be portable, avx2, avx512 or avx512-bf16");
}

/// All that the fastest set depends on, in one line.
std::string key_of_this_machine()
{
    std::string key = cpu_name() + "; library " + library_identity() + "; sets";
    for (const Candidate& candidate : candidates()) {
        key += candidate.runs ? std::string(" ") + candidate.kernels->name : "";
    }
    return key;
}

/// The set of that name if it can be used here; null if not.
const Kernels* usable(const std::string& name)
{
    for (const Candidate& candidate : candidates()) {
        if (candidate.runs && name == candidate.kernels->name) {
            return first_disagreement(candidate) == nullptr ? candidate.kernels : nullptr;
        }
    }
    return nullptr;
}

/// The same set with dot products of BF16 pairs where they are clearly faster: on one processor they run at twice the rate of fused
/// multiply-adds, on another at half of it, and both say that they have them.
const Kernels& with_fastest_bfloat_products(const Kernels& chosen)
{
    for (const Candidate& candidate : candidates()) {
        const bool is_variant = candidate.own_truth != nullptr && candidate.kernels->normalize == chosen.normalize;
        if (is_variant && candidate.runs && first_disagreement(candidate) == nullptr &&
            small_bfloat_product_time(*candidate.kernels) < clearly_faster * small_bfloat_product_time(chosen)) {
            return *candidate.kernels;
        }
    }
    return chosen;
}

KernelChoice choose_fastest(const KernelMemory& memory)
{
    if (const Kernels* const known = usable(memory.recall())) {
        return chosen(*known, " (measured before)");
    }
    const Kernels* best = nullptr;
    double best_time = 0;
    std::string notes;
    for (const Candidate& candidate : candidates()) {
        // A set that differs in its BF16 products alone is compared by those, at the end.
        if (!candidate.runs || candidate.own_truth != nullptr) {
            continue;
        }
        const char* const wrong = first_disagreement(candidate);
        if (wrong != nullptr) {
            notes += std::string("; ") + candidate.kernels->name + " left out, its " + wrong + " is wrong here";
            continue;
        }
        const double time = small_integer_product_time(*candidate.kernels);
        // A wider set keeps its place unless a narrower one is clearly faster: a busy machine must not decide by noise.
        if (best == nullptr || time < clearly_faster * best_time) {
            best = candidate.kernels;
            best_time = time;
        }
    }
    best = &with_fastest_bfloat_products(*best);
    memory.keep(best->name);
    return chosen(*best, notes);
}

}

KernelChoice choose_kernels(const char* requested, const std::string& folder)
{
    return requested != nullptr && *requested != '\0' ? choose_named(requested)
                                                      : choose_fastest(KernelMemory(folder, key_of_this_machine()));
}

void keep_process_kernels_in(const char* folder)
{
    const std::lock_guard guard(process_folder().mutex);
    process_folder().name = folder;
}

const KernelChoice& process_kernels()
{
    static const KernelChoice choice = [] {
        const std::lock_guard guard(process_folder().mutex);
        return choose_kernels(std::getenv("PREBLE_CPU_KERNEL"), process_folder().name);
    }();
    return choice;
}

}

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
        const Kernels& truth = candidate.own_truth != nullptr ? *candidate.own_truth : portable_kernels();
        const char* const wrong = first_disagreement(*candidate.kernels, truth);
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
            return first_disagreement(*candidate.kernels, portable_kernels()) == nullptr ? candidate.kernels : nullptr;
        }
    }
    return nullptr;
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
        // A set with other bits must be asked for until its BF16 products are measured too: the measurement is of another form.
        if (!candidate.runs || candidate.own_truth != nullptr) {
            continue;
        }
        const char* const wrong = first_disagreement(*candidate.kernels, portable_kernels());
        if (wrong != nullptr) {
            notes += std::string("; ") + candidate.kernels->name + " left out, its " + wrong + " is wrong here";
            continue;
        }
        const double time = small_product_time(*candidate.kernels);
        // A wider set keeps its place unless a narrower one is clearly faster: a busy machine must not decide by noise.
        if (best == nullptr || time < clearly_faster * best_time) {
            best = candidate.kernels;
            best_time = time;
        }
    }
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

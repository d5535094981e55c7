#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "backends/cpu/kernel_check.h"
#include "backends/cpu/kernel_choice.h"
#include "backends/cpu/kernel_memory.h"
#include "backends/cpu/kernel_sets.h"
#include "check.h"
#include "runtime/cpu_features.h"
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
    for (int form = 0; form < kv_form_count; ++form) {
        wrong = truth;
        wrong.attend[form] = [](const AttentionTask&) {};
        CHECK(first_disagreement(wrong, truth) != nullptr);
    }
    wrong = truth;
    wrong.merge_attention = [](const AttentionMerge& merge) {
        AttentionMerge shorter = merge;
        shorter.segment_count -= 1;
        portable_kernels().merge_attention(shorter);
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

namespace {

/// A folder that is gone afterwards.
struct TemporaryFolder {
    TemporaryFolder()
    {
        char name[] = "/tmp/preble-kernels-XXXXXX";
        CHECK(mkdtemp(name) != nullptr);
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path only_file() const
    {
        const std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(path), {});
        CHECK(files.size() == 1);
        return files[0];
    }

    std::string path;
};

}

TEST("what was measured is recalled under its own key, and a file that is not ours is as good as none")
{
    const TemporaryFolder folder;
    const KernelMemory memory(folder.path, "one processor");
    CHECK(memory.recall().empty());
    memory.keep("portable");
    CHECK(memory.recall() == "portable");
    CHECK(KernelMemory(folder.path, "another processor").recall().empty());
    for (const char* const text : {"", "one processor", "another processor\nportable\n", "\n\n\n"}) {
        std::ofstream(folder.only_file()) << text;
        CHECK(memory.recall().empty());
    }
    std::ofstream(folder.only_file()) << "one processor\n" << std::string(1 << 20, 'x') << '\n';
    CHECK(memory.recall().empty());
    const KernelMemory nowhere(folder.path + "/missing", "one processor");
    nowhere.keep("portable");
    CHECK(nowhere.recall().empty());
}

TEST("a second start chooses what the first has measured, and measures again when that cannot be used")
{
    const TemporaryFolder folder;
    const KernelChoice first = choose_kernels(nullptr, folder.path);
    std::string key;
    std::string name;
    std::ifstream file(folder.only_file());
    CHECK(std::getline(file, key) && std::getline(file, name) && name == first.kernels->name);
    // Another processor, or another build of the library, must measure for itself.
    CHECK(!cpu_name().empty() && key.find(cpu_name()) != std::string::npos && key.find(library_identity()) != std::string::npos);
    std::ofstream(folder.only_file()) << key << "\nportable\n";
    CHECK(choose_kernels(nullptr, folder.path).kernels == &portable_kernels());
    std::ofstream(folder.only_file()) << key << "\nsse9\n";
    CHECK(choose_kernels(nullptr, folder.path).kernels != nullptr);
    std::getline(std::ifstream(folder.only_file()).ignore(1 << 20, '\n'), name);
    CHECK(name != "sse9");
    CHECK(choose_kernels("portable", folder.path).kernels == &portable_kernels());
}

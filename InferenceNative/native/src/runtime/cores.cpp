#include "runtime/cores.h"

#include <algorithm>

#include "error.h"
#include "runtime/cpu_features.h"

namespace preble {

Cores::Cores(std::vector<int> usable) : usable_(usable), free_(std::move(usable)) {}

Cores& Cores::shared()
{
    static Cores* const cores = new Cores(process_cores());
    return *cores;
}

std::vector<int> Cores::take(int count)
{
    const std::lock_guard guard(mutex_);
    if (static_cast<size_t>(count) > free_.size()) {
        fail(PI_INVALID_ARGUMENT, "%d threads of an engine's own need a core each, but %zu of this process's %zu cores are free", count,
             free_.size(), usable_.size());
    }
    std::vector<int> taken(free_.begin(), free_.begin() + count);
    free_.erase(free_.begin(), free_.begin() + count);
    return taken;
}

void Cores::give_back(const std::vector<int>& cores)
{
    const std::lock_guard guard(mutex_);
    free_.insert(free_.end(), cores.begin(), cores.end());
    std::sort(free_.begin(), free_.end());
}

void stay_on_core(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

OnCore::OnCore(int core) : known_(sched_getaffinity(0, sizeof before_, &before_) == 0)
{
    if (known_) {
        stay_on_core(core);
    }
}

OnCore::~OnCore()
{
    if (known_) {
        sched_setaffinity(0, sizeof before_, &before_);
    }
}

}

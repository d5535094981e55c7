#include "runtime/cpu_features.h"

#include <algorithm>
#include <fstream>

#include <sched.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace preble {

#if defined(__x86_64__)
namespace {

/// Not every compiler's check knows the name of this one.
bool has_f16c()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

}
#endif

CpuFeatures detect_cpu_features()
{
    CpuFeatures features;
#if defined(__x86_64__)
    // The compiler's own check also asks the operating system whether it saves the wide registers.
    __builtin_cpu_init();
    features.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
    features.avx512 = features.avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
    features.avx512_bf16 = features.avx512 && __builtin_cpu_supports("avx512bf16");
#endif
    return features;
}

std::string cpu_name()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.rfind("model name", 0) == 0) {
            const size_t colon = line.find(": ");
            if (colon != std::string::npos) {
                return line.substr(colon + 2);
            }
        }
    }
#if defined(__x86_64__)
    return "x86-64";
#elif defined(__aarch64__)
    return "aarch64";
#else
    return "unknown processor";
#endif
}

// The process's first thread speaks for it: others may be on cores of their own.
std::vector<int> process_cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cores;
    if (sched_getaffinity(getpid(), sizeof set, &set) == 0) {
        for (int core = 0; core < CPU_SETSIZE; ++core) {
            if (CPU_ISSET(core, &set)) {
                cores.push_back(core);
            }
        }
    }
    return cores;
}

int available_cores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(getpid(), sizeof set, &set) == 0 ? std::max(CPU_COUNT(&set), 1) : 1;
}

}

// libFuzzer on one side, a .NET process on the other: what libFuzzer invents goes to a process that was instrumented by SharpFuzz, and the
// branches that this process took come back as counters. One page-aligned piece of shared memory holds the counters and then the input;
// a pipe carries the input's length there, another the verdict back.
// PREBLE_FUZZ_PROGRAM is the instrumented program and PREBLE_FUZZ_TARGET what it feeds: libFuzzer starts itself again with options of its own.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr size_t counter_bytes = 1 << 16;
constexpr size_t most_input = 1 << 20;

uint8_t* shared = nullptr;
int to_child = -1;
int from_child = -1;

/// Reads or writes one number; libFuzzer's timer may interrupt that, which is no failure.
template <class Call>
bool move_number(Call call, int descriptor, int32_t* number)
{
    ssize_t moved;
    do {
        moved = call(descriptor, number, sizeof *number);
    } while (moved < 0 && errno == EINTR);
    return moved == static_cast<ssize_t>(sizeof *number);
}

[[noreturn]] void stop(const char* what)
{
    std::perror(what);
    std::exit(2);
}

const char* setting(const char* name)
{
    const char* const value = std::getenv(name);
    if (value == nullptr) {
        std::fprintf(stderr, "%s is not set\n", name);
        std::exit(2);
    }
    return value;
}

void start_child(const char* program, const char* target)
{
    const int memory = shmget(IPC_PRIVATE, counter_bytes + most_input, IPC_CREAT | 0600);
    shared = memory < 0 ? nullptr : static_cast<uint8_t*>(shmat(memory, nullptr, 0));
    int control[2];
    int status[2];
    if (shared == nullptr || shared == reinterpret_cast<uint8_t*>(-1) || pipe(control) != 0 || pipe(status) != 0) {
        stop("shared memory or pipes");
    }
    setenv("__LIBFUZZER_SHM_ID", std::to_string(memory).c_str(), 1);
    setenv("__LIBFUZZER_CONTROL_PIPE_ID", std::to_string(control[0]).c_str(), 1);
    setenv("__LIBFUZZER_STATUS_PIPE_ID", std::to_string(status[1]).c_str(), 1);
    const pid_t child = fork();
    if (child < 0) {
        stop("fork");
    }
    if (child == 0) {
        close(control[1]);
        close(status[0]);
        execlp("dotnet", "dotnet", program, "feed", target, static_cast<char*>(nullptr));
        stop("dotnet");
    }
    close(control[0]);
    close(status[1]);
    to_child = control[1];
    from_child = status[0];
    int32_t ready = -1;
    const bool started = move_number(read, from_child, &ready) && ready == 0;
    // Gone with the last process that holds it, however that ends.
    shmctl(memory, IPC_RMID, nullptr);
    if (!started) {
        std::fprintf(stderr, "the .NET process did not start\n");
        std::exit(2);
    }
}

}

// libFuzzer reads counters of this section beside its own. Visible to others, or the compiler drops what nobody here reads.
extern "C" __attribute__((section("__libfuzzer_extra_counters"))) uint8_t branch_counters[counter_bytes] = {};

extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    start_child(setting("PREBLE_FUZZ_PROGRAM"), setting("PREBLE_FUZZ_TARGET"));
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size > most_input) {
        return 0;
    }
    std::memset(shared, 0, counter_bytes);
    std::memcpy(shared + counter_bytes, data, size);
    int32_t length = static_cast<int32_t>(size);
    int32_t verdict = -1;
    if (!move_number(write, to_child, &length) || !move_number(read, from_child, &verdict) || verdict != 0) {
        // The process has printed why. libFuzzer writes the input to a file.
        std::abort();
    }
    std::memcpy(branch_counters, shared, counter_bytes);
    return 0;
}

#pragma once

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

// The whole test library: TEST("a sentence") { CHECK(condition); } and a main that runs them all.
// A test that throws has failed; skip(reason) says that it cannot run here.
namespace preble::testing {

struct Case {
    const char* name;
    void (*body)();
};

inline std::vector<Case>& cases()
{
    static std::vector<Case> all;
    return all;
}

struct Registration {
    Registration(const char* name, void (*body)()) { cases().push_back({name, body}); }
};

struct Skipped : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] inline void skip(const std::string& reason) { throw Skipped(reason); }

/// Runs every test, or those whose name has one of the texts in it; that no name has any is a failure.
inline int run_all(const std::vector<std::string>& texts = {})
{
    int failed = 0;
    int wanted = 0;
    for (const Case& test : cases()) {
        const auto in_name = [&](const std::string& text) { return std::string(test.name).find(text) != std::string::npos; };
        if (!texts.empty() && std::none_of(texts.begin(), texts.end(), in_name)) {
            continue;
        }
        ++wanted;
        try {
            test.body();
            std::printf("passed   %s\n", test.name);
        } catch (const Skipped& skipped) {
            std::printf("skipped  %s: %s\n", test.name, skipped.what());
        } catch (const std::exception& failure) {
            std::printf("FAILED   %s: %s\n", test.name, failure.what());
            ++failed;
        }
        std::fflush(stdout);
    }
    return failed == 0 && wanted > 0 ? 0 : 1;
}

}

#define PI_JOIN_(a, b) a##b
#define PI_JOIN(a, b) PI_JOIN_(a, b)
#define TEST(name) TEST_(name, PI_JOIN(test_, __LINE__), PI_JOIN(registration_, __LINE__))
#define TEST_(name, body, registration)                                       \
    static void body();                                                       \
    static const preble::testing::Registration registration(name, body);      \
    static void body()
#define CHECK(condition)                                                                                          \
    do {                                                                                                          \
        if (!(condition)) {                                                                                       \
            throw std::runtime_error(std::string(__FILE__ ":") + std::to_string(__LINE__) + ": " #condition);     \
        }                                                                                                         \
    } while (false)

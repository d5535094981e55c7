#include "abi/last_error.h"

#include <cstdio>

namespace preble {
namespace {
thread_local char text[512];
}

void set_last_error(const char* sentence) noexcept
{
    std::snprintf(text, sizeof text, "%s", sentence);
}

const char* last_error() noexcept
{
    return text;
}

}

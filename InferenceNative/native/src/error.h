#pragma once

#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "preble_inference.h"

namespace preble {

/// A failure with the status that the ABI returns for it. The message is one sentence with the facts.
class Error : public std::runtime_error {
public:
    Error(pi_status status, const std::string& message) : std::runtime_error(message), status_(status) {}

    pi_status status() const noexcept { return status_; }

private:
    pi_status status_;
};

/// Throws an Error with a formatted sentence.
[[noreturn, gnu::format(printf, 2, 3)]] inline void fail(pi_status status, const char* format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    throw Error(status, text);
}

}

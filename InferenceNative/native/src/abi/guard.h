#pragma once

#include <exception>
#include <new>

#include "abi/last_error.h"
#include "error.h"

namespace preble {

/// The exception firewall: runs a body and turns whatever it throws into a status and a sentence. Every exported function that can fail
/// uses it.
template <class Body>
int32_t guard(Body&& body) noexcept
{
    try {
        body();
        set_last_error("");
        return PI_OK;
    } catch (const Error& error) {
        set_last_error(error.what());
        return error.status();
    } catch (const std::bad_alloc&) {
        set_last_error("memory is out");
        return PI_OUT_OF_MEMORY;
    } catch (const std::exception& exception) {
        set_last_error(exception.what());
        return PI_INTERNAL;
    } catch (...) {
        set_last_error("an exception of unknown type");
        return PI_INTERNAL;
    }
}

}

#pragma once

namespace preble {

/// Keeps a sentence for pi_last_error on this thread; long ones are cut. Allocates nothing, so that it works when memory is out.
void set_last_error(const char* sentence) noexcept;

const char* last_error() noexcept;

}

#pragma once

#include <string>

#include "gguf_model.h"

namespace preble::bench {

/// Writes random weights to a temporary file, fills in the table that describes them, and returns the file's path.
std::string write_synthetic_file(GgufModel& model);

}

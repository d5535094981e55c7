#include "model/pack_converted.h"

#include <algorithm>

#include "model/convert.h"
#include "model/dequantize.h"
#include "model/pack.h"

namespace preble {

void pack_converted(const Matrix& matrix, pi_type stored, pi_type held, const uint8_t* source, int group, uint8_t* out,
                    RowBuffers& buffers)
{
    buffers.floats.resize(static_cast<size_t>(matrix.columns));
    if (stored == held) {
        pack_group(matrix, stored, source, group, out, buffers.floats.data());
        return;
    }
    const int first = group * matrix.group;
    const int count = std::min(matrix.group, matrix.rows - first);
    const int64_t from = row_bytes(stored, matrix.columns);
    const int64_t to = row_bytes(held, matrix.columns);
    buffers.rows.resize(static_cast<size_t>(count * to));
    for (int row = 0; row < count; ++row) {
        convert_row(stored, held, source + (first + row) * from, matrix.columns, buffers.rows.data() + row * to, buffers.floats.data());
    }
    // The group alone is a matrix of as many rows.
    Matrix one = matrix;
    one.rows = count;
    pack_group(one, held, buffers.rows.data(), 0, out, buffers.floats.data());
}

}

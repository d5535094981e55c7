#pragma once

#include <algorithm>
#include <span>

#include "forward/step.h"

namespace preble {

/// Work on matrices is shared out in slices of this many outputs: a whole number of groups of any form.
constexpr int slice_outputs = row_padding;

inline bool is_integer(const Matrix& matrix) { return is_integer_form(matrix.form); }
inline int slices_of(const Matrix& matrix) { return (matrix.rows + slice_outputs - 1) / slice_outputs; }

/// One matrix applied to the rows: out = rows * matrix, or added to what is there.
struct Product {
    const Matrix& matrix;
    const Rows& out;
    bool accumulate;
};

/// How the work of a step's products is cut into items: by rows and by slices of outputs. It never changes a result, only who computes it.
struct Split {
    Split(int rows, int slices, int threads);

    int row_items;
    int rows_per_item;
    int slices_per_item;
};

/// Computes slices [first, first + count) of a product for rows [row_begin, row_end).
void multiply_slices(const Step& step, const Product& product, const Activations& x, int row_begin, int row_end, int first, int count);

/// Applies several matrices to the same rows, sharing the work among the threads.
void multiply(const Step& step, std::span<const Product> products, const Activations& x, int rows);

}

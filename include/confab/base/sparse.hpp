// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

namespace confab {

/// Gives back what a hash table has kept from larger times, once less than an eighth of it is in use; small
/// ones keep theirs. Called after an erasure; moves what is left, so that iterators and pointers to elements
/// don't outlive it. Costs no more than the erasures before it did.
template <class Table>
void shrink_sparse(Table& table) {
  constexpr std::size_t kSmall = 4096;
  if (table.bucket_count() > kSmall && table.size() < table.bucket_count() / 8)
    table.rehash(table.size() * 2);
}

}  // namespace confab

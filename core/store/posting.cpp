#include "store/posting.hpp"

namespace waybill {

void Posting::combine(uint32_t chunk, RowSet::Chunk& words, RowSet::Combine how) const {
  using Combine = RowSet::Combine;
  if (set_ != nullptr) return set_->combine(chunk, words, how);
  const bool inside = row_ != RowSet::no_row && row_ / RowSet::chunk_rows == chunk;
  const uint32_t place = row_ % RowSet::chunk_rows;
  const uint64_t bit = inside ? uint64_t{1} << place % 64 : 0;
  uint64_t& word = words[place / 64];
  const uint64_t before = word;
  if (how == Combine::assign || how == Combine::intersect) words.fill(0);
  switch (how) {
    case Combine::assign:
      word = bit;
      return;
    case Combine::unite:
      word |= bit;
      return;
    case Combine::intersect:
      word = before & bit;
      return;
    case Combine::subtract:
      word &= ~bit;
      return;
  }
}

}  // namespace waybill

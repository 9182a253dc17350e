#include "store/row_set.hpp"

#include <algorithm>
#include <bit>

#include "base/heap.hpp"

namespace waybill {

namespace {

// Each form goes up at one size and down at a smaller one, so that no row makes it go to and fro.
constexpr uint32_t most_few = 512;
constexpr uint32_t few_again = 256;
constexpr uint32_t most_in_array = 1024;  // as many bytes as a bitmap
constexpr uint32_t array_again = 768;

constexpr uint32_t chunk_of(uint32_t row) {
  return row / RowSet::chunk_rows;
}
constexpr uint32_t within(uint32_t row) {
  return row % RowSet::chunk_rows;
}
constexpr uint64_t bit_of(uint32_t row) {
  return uint64_t{1} << row % 64;
}

/// Adds to a sorted list; false if it was there.
template <class T>
bool add_sorted(List<T>& list, T row) {
  if (list.empty() || list.back() < row) {  // new rows, mostly
    list.push_back(row);
    return true;
  }
  const T* at = std::lower_bound(list.begin(), list.end(), row);
  if (*at == row) return false;
  list.insert(static_cast<uint32_t>(at - list.begin()), row);
  return true;
}

template <class T>
bool remove_sorted(List<T>& list, T row) {
  const T* at = std::lower_bound(list.begin(), list.end(), row);
  if (at == list.end() || *at != row) return false;
  list.erase(static_cast<uint32_t>(at - list.begin()));
  return true;
}

/// Combines `words` with the rows that `each` gives, all of one chunk.
template <class Row>
void combine_rows(const Row* begin, const Row* end, RowSet::Chunk& words, RowSet::Combine how) {
  const auto each = [&](auto&& visit) {
    for (const Row* row = begin; row != end; ++row) visit(within(*row) / 64, bit_of(*row));
  };
  switch (how) {
    case RowSet::Combine::assign:
      words.fill(0);
      return each([&](uint32_t word, uint64_t bit) { words[word] |= bit; });
    case RowSet::Combine::unite:
      return each([&](uint32_t word, uint64_t bit) { words[word] |= bit; });
    case RowSet::Combine::intersect: {
      RowSet::Chunk kept{};
      each([&](uint32_t word, uint64_t bit) { kept[word] |= words[word] & bit; });
      words = kept;
      return;
    }
    case RowSet::Combine::subtract:
      return each([&](uint32_t word, uint64_t bit) { words[word] &= ~bit; });
  }
}

template <class Change>
void combine_words(RowSet::Chunk& words, const RowSet::Chunk& own, Change&& change) {
  for (size_t i = 0; i < words.size(); ++i) words[i] = change(words[i], own[i]);
}

}  // namespace

// One chunk

bool RowSet::Part::add(uint32_t row) {
  if (bits != nullptr) {
    uint64_t& word = (*bits)[row / 64];
    if ((word & bit_of(row)) != 0) return false;
    word |= bit_of(row);
  } else if (!add_sorted(rows, static_cast<uint16_t>(row))) {
    return false;
  }
  if (++count > most_in_array && bits == nullptr) to_bits();
  return true;
}

bool RowSet::Part::remove(uint32_t row) {
  if (bits != nullptr) {
    uint64_t& word = (*bits)[row / 64];
    if ((word & bit_of(row)) == 0) return false;
    word &= ~bit_of(row);
  } else if (!remove_sorted(rows, static_cast<uint16_t>(row))) {
    return false;
  }
  if (--count == array_again && bits != nullptr) to_rows();
  return true;
}

bool RowSet::Part::contains(uint32_t row) const {
  if (bits != nullptr) return ((*bits)[row / 64] & bit_of(row)) != 0;
  return std::binary_search(rows.begin(), rows.end(), row);
}

uint32_t RowSet::Part::next(uint32_t from) const {
  if (bits == nullptr) {
    const uint16_t* at = std::lower_bound(rows.begin(), rows.end(), from);
    return at == rows.end() ? chunk_rows : *at;
  }
  uint64_t mask = ~uint64_t{0} << from % 64;
  for (uint32_t word = from / 64; word < bits->size(); ++word, mask = ~uint64_t{0}) {
    const uint64_t rest = (*bits)[word] & mask;
    if (rest != 0) return word * 64 + static_cast<uint32_t>(std::countr_zero(rest));
  }
  return chunk_rows;
}

uint32_t RowSet::Part::previous(uint32_t end) const {
  if (bits == nullptr) {
    const uint16_t* at = std::lower_bound(rows.begin(), rows.end(), end);
    return at == rows.begin() ? chunk_rows : at[-1];
  }
  uint64_t mask = end % 64 == 0 ? 0 : ~uint64_t{0} >> (64 - end % 64);
  for (uint32_t word = end / 64;; --word, mask = ~uint64_t{0}) {
    const uint64_t rest = mask == 0 ? 0 : (*bits)[word] & mask;
    if (rest != 0) return word * 64 + 63 - static_cast<uint32_t>(std::countl_zero(rest));
    if (word == 0) return chunk_rows;
  }
}

void RowSet::Part::combine(Chunk& words, Combine how) const {
  if (bits == nullptr) return combine_rows(rows.begin(), rows.end(), words, how);
  switch (how) {
    case Combine::assign:
      words = *bits;
      return;
    case Combine::unite:
      return combine_words(words, *bits, [](uint64_t a, uint64_t b) { return a | b; });
    case Combine::intersect:
      return combine_words(words, *bits, [](uint64_t a, uint64_t b) { return a & b; });
    case Combine::subtract:
      return combine_words(words, *bits, [](uint64_t a, uint64_t b) { return a & ~b; });
  }
}

void RowSet::Part::to_bits() {
  bits = std::make_unique<Chunk>();
  for (const uint16_t row : rows) (*bits)[row / 64] |= bit_of(row);
  rows.clear();
}

void RowSet::Part::to_rows() {
  rows.reserve(count);
  for (uint32_t row = next(0); row != chunk_rows; row = next(row + 1)) {
    rows.push_back(static_cast<uint16_t>(row));
  }
  bits = nullptr;
}

// The whole set

size_t RowSet::part_of(uint32_t chunk) const {
  if (!parts_.empty() && parts_.back().chunk <= chunk) {  // new rows, mostly
    return parts_.back().chunk == chunk ? parts_.size() - 1 : parts_.size();
  }
  const auto at = std::lower_bound(parts_.begin(), parts_.end(), chunk,
                                   [](const Part& part, uint32_t own) { return part.chunk < own; });
  return static_cast<size_t>(at - parts_.begin());
}

const RowSet::Part* RowSet::find_part(uint32_t chunk) const {
  const size_t at = part_of(chunk);
  return at < parts_.size() && parts_[at].chunk == chunk ? &parts_[at] : nullptr;
}

std::pair<const uint32_t*, const uint32_t*> RowSet::few_in(uint32_t chunk) const {
  const auto start_of = [&](uint64_t first) {
    return std::lower_bound(few_.begin(), few_.end(), first);
  };
  return {start_of(uint64_t{chunk} * chunk_rows), start_of((uint64_t{chunk} + 1) * chunk_rows)};
}

bool RowSet::add(uint32_t row) {
  check(row != no_row);
  const bool added = parts_.empty() ? add_sorted(few_, row) : add_to_parts(row);
  if (!added) return false;
  if (++size_ > most_few && parts_.empty()) to_parts();
  return true;
}

bool RowSet::add_to_parts(uint32_t row) {
  const uint32_t chunk = chunk_of(row);
  const size_t at = part_of(chunk);
  if (at == parts_.size() || parts_[at].chunk != chunk) {
    Part part;
    part.chunk = chunk;
    parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(at), std::move(part));
  }
  return parts_[at].add(within(row));
}

bool RowSet::remove(uint32_t row) {
  if (parts_.empty()) {
    if (!remove_sorted(few_, row)) return false;
    --size_;
    return true;
  }
  const size_t at = part_of(chunk_of(row));
  if (at == parts_.size() || parts_[at].chunk != chunk_of(row)) return false;
  if (!parts_[at].remove(within(row))) return false;
  if (parts_[at].count == 0) parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(at));
  if (--size_ == few_again) to_few();
  return true;
}

void RowSet::to_parts() {
  for (const uint32_t row : few_) add_to_parts(row);
  few_.clear();
}

void RowSet::to_few() {
  few_.reserve(size_);
  for (const Part& part : parts_) {
    for (uint32_t row = part.next(0); row != chunk_rows; row = part.next(row + 1)) {
      few_.push_back(part.chunk * chunk_rows + row);
    }
  }
  parts_ = std::vector<Part>();
}

bool RowSet::contains(uint32_t row) const {
  if (parts_.empty()) return std::binary_search(few_.begin(), few_.end(), row);
  const Part* part = find_part(chunk_of(row));
  return part != nullptr && part->contains(within(row));
}

std::optional<uint32_t> RowSet::next(uint32_t from) const {
  if (parts_.empty()) {
    const uint32_t* at = std::lower_bound(few_.begin(), few_.end(), from);
    return at == few_.end() ? std::nullopt : std::optional(*at);
  }
  const uint32_t chunk = chunk_of(from);
  for (size_t at = part_of(chunk); at < parts_.size(); ++at) {
    const Part& part = parts_[at];
    const uint32_t row = part.next(part.chunk == chunk ? within(from) : 0);
    if (row != chunk_rows) return part.chunk * chunk_rows + row;
  }
  return std::nullopt;
}

std::optional<uint32_t> RowSet::previous(uint32_t end) const {
  if (parts_.empty()) {
    const uint32_t* at = std::lower_bound(few_.begin(), few_.end(), end);
    return at == few_.begin() ? std::nullopt : std::optional(at[-1]);
  }
  const uint32_t chunk = chunk_of(end);
  const Part* first = find_part(chunk);
  if (first != nullptr) {
    const uint32_t row = first->previous(within(end));
    if (row != chunk_rows) return chunk * chunk_rows + row;
  }
  const size_t before = part_of(chunk);
  if (before == 0) return std::nullopt;
  const Part& part = parts_[before - 1];
  return part.chunk * chunk_rows + part.previous(chunk_rows);
}

void RowSet::combine(uint32_t chunk, Chunk& words, Combine how) const {
  if (parts_.empty()) {
    const auto [begin, end] = few_in(chunk);
    return combine_rows(begin, end, words, how);
  }
  if (const Part* part = find_part(chunk)) return part->combine(words, how);
  if (how == Combine::assign || how == Combine::intersect) words.fill(0);
}

uint32_t RowSet::count_in(uint32_t chunk) const {
  if (parts_.empty()) {
    const auto [begin, end] = few_in(chunk);
    return static_cast<uint32_t>(end - begin);
  }
  const Part* part = find_part(chunk);
  return part == nullptr ? 0 : part->count;
}

size_t RowSet::bytes() const {
  size_t sum = few_.heap_bytes(sizeof(uint32_t)) + heap_bytes(parts_);
  for (const Part& part : parts_) {
    sum += part.rows.heap_bytes(sizeof(uint16_t));
    if (part.bits != nullptr) sum += sizeof(Chunk) + heap_overhead;
  }
  return sum;
}

void RowSet::Iterator::step() {
  row_ = no_row;
  if (set_ == nullptr) return;
  if (set_->parts_.empty()) {
    if (at_ < set_->few_.size()) row_ = set_->few_[at_++];
    return;
  }
  for (; part_ < set_->parts_.size(); ++part_, at_ = 0) {
    const Part& part = set_->parts_[part_];
    const uint32_t first = part.chunk * chunk_rows;
    if (part.bits == nullptr) {
      if (at_ == part.rows.size()) continue;
      row_ = first + part.rows[at_++];
      return;
    }
    while (word_ == 0 && at_ < part.bits->size()) word_ = (*part.bits)[at_++];
    if (word_ == 0) continue;
    row_ = first + (at_ - 1) * 64 + static_cast<uint32_t>(std::countr_zero(word_));
    word_ &= word_ - 1;
    return;
  }
}

}  // namespace waybill

// Bytes as operations on RowSet and OrderedRows, against std::set.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "base/check.hpp"
#include "store/ordered_rows.hpp"
#include "store/row_set.hpp"

using namespace waybill;

namespace {

constexpr uint32_t rows_limit = 3 * RowSet::chunk_rows;

/// Reads operations: each is one byte, what is done, and three of numbers.
struct Input {
  std::string_view bytes;

  bool next(uint8_t& what, uint32_t& number) {
    if (bytes.size() < 4) return false;
    const auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
    what = static_cast<uint8_t>(bytes[0]);
    number = at(1) | at(2) << 8 | at(3) << 16;
    bytes.remove_prefix(4);
    return true;
  }
};

void check_row_set(const RowSet& set, const std::set<uint32_t>& model) {
  check(set.size() == model.size());
  auto expected = model.begin();
  for (const uint32_t row : set) check(row == *expected++);
  check(expected == model.end());
  for (uint32_t chunk = 0; chunk < 4; ++chunk) {
    RowSet::Chunk words;
    set.combine(chunk, words, RowSet::Combine::assign);
    uint32_t count = 0;
    for (const uint64_t word : words) count += static_cast<uint32_t>(__builtin_popcountll(word));
    check(count == set.count_in(chunk));
  }
}

/// Adds or removes a run of rows, so that few bytes make large sets.
void fuzz_row_set(Input in) {
  RowSet set;
  std::set<uint32_t> model;
  uint8_t what;
  uint32_t number;
  while (in.next(what, number)) {
    const uint32_t count = what >> 1 & 63 ? 1u << (what >> 1) % 12 : 1;
    const uint32_t step = what >> 7 ? 1 : 7;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t row = (number + i * step) % rows_limit;
      if ((what & 1) == 0) {
        check(set.add(row) == model.insert(row).second);
      } else {
        check(set.remove(row) == (model.erase(row) == 1));
      }
    }
    const auto behind = model.lower_bound(number % rows_limit);
    const auto next = set.next(number % rows_limit);
    check(next.has_value() == (behind != model.end()) && (!next || *next == *behind));
    const auto before = set.previous(number % rows_limit);
    check(before.has_value() == (behind != model.begin()));
    check(!before || *before == *std::prev(behind));
  }
  check_row_set(set, model);
}

void fuzz_ordered_rows(Input in) {
  OrderedRows rows;
  std::set<std::pair<uint64_t, uint32_t>> model;
  uint8_t what;
  uint32_t number;
  while (in.next(what, number)) {
    const uint32_t count = 1u << (what >> 1) % 10;
    const uint32_t step = what >> 7 ? 1 : 5;
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t key = uint64_t{number / 8 + i * step} << 20;
      const uint32_t row = number % 8;
      if ((what & 1) == 0) {
        rows.add(key, row);
        model.emplace(key, row);
      } else {
        rows.remove(key, row);
        model.erase({key, row});
      }
    }
    check(rows.size() == model.size());
    const uint64_t key = uint64_t{number / 8} << 20;
    const auto behind = model.lower_bound({key, 0});
    const auto at = rows.seek(key, 0);
    check(at.at_end() == (behind == model.end()));
    check(at.at_end() || (at.key() == behind->first && at.row() == behind->second));
    const auto before = rows.key_before(key);
    check(before.has_value() == (behind != model.begin()));
    check(!before || *before == std::prev(behind)->first);
  }
  uint64_t below = 0;
  auto at = rows.begin();
  for (const auto& [key, row] : model) {
    check(at.key() == key && at.row() == row);
    at.next();
    if (below % 64 == 0) check(rows.count_below(key) <= below);
    ++below;
  }
  check(at.at_end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz_row_set({bytes});
  fuzz_ordered_rows({bytes});
  return 0;
}

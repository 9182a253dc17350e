#pragma once

#include <map>
#include <string>

#include "base/decimal.hpp"
#include "schema/keys.hpp"
#include "store/store.hpp"

namespace waybill::verify {

/// The first difference that was found, in a sentence. Checks go on until there is one.
class Audit {
 public:
  Audit(const Store& store, const Keys& keys) : store(store), keys(keys) {}

  const Store& store;
  const Keys& keys;

  bool failed() const { return !difference_.empty(); }
  const std::string& difference() const { return difference_; }

  /// Unless `holds`: "<row>: <what>."
  void check(bool holds, TableId table, Ref row, std::string_view what);
  /// Unless both are equal: "<row>: <what> is <stored>, but comes to <sum>."
  void equal(TableId table, Ref row, std::string_view what, Decimal stored, Decimal sum);

  /// Calls `visit(Ref, const Row&)` for all rows, until something is wrong.
  template <class Row, class Visit>
  void each(Visit&& visit) {
    const Table<Row>& rows = store.rows<Row>();
    for (const uint32_t row : rows.live_rows()) {
      if (failed()) return;
      visit(Ref::to(row), rows.at(row));
    }
  }

 private:
  /// "trade order 0123… (com.acme.order-id=A-1)"
  std::string name_of(TableId table, Ref row) const;

  std::string difference_;
};

/// Sums by something that a number names; what was never added to is zero.
class Sums {
 public:
  void add(uint64_t key, Decimal units) { sums_[key].add(units); }
  void subtract(uint64_t key, Decimal units) { sums_[key].subtract(units); }
  Decimal at(uint64_t key) const {
    const auto found = sums_.find(key);
    return found == sums_.end() ? Decimal() : found->second.saturated();
  }
  const std::map<uint64_t, DecimalSum>& all() const { return sums_; }

 private:
  std::map<uint64_t, DecimalSum> sums_;
};

// One file each
/// Every reference names a row that is there.
void references(Audit& audit);
/// Indexes that are worked out from rows say what the rows say.
void indexes(Audit& audit);
/// Levels are the signed sums of their adjustments' items (C-66), holds those of their lines
/// (C-52); units with serial numbers lie where their last item left them (C-26, C-76).
void stock(Audit& audit);
/// Lines: instances, returns, and phases as trade records lead to them (O-44, O-83, O-87).
void lines(Audit& audit);
/// Shipments: phases, and what of a line is on them (O-67, O-75, O-78).
void shipments(Audit& audit);
/// Orders and payments: lists, their order, refunds within what was paid (O-60, O-61).
void payments(Audit& audit);

}  // namespace waybill::verify

#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/decimal.hpp"
#include "base/instant.hpp"
#include "base/list.hpp"
#include "store/strings.hpp"

/// The types that members of rows have. All of them know "empty", so a row needs no presence bits.
namespace waybill {

/// One table per kind of row. The numbers are written to journals: never reuse one.
enum class TableId : uint8_t {
  engine = 0,
  agents = 1,
  products = 2,
  prices = 3,
  vat_codes = 4,
  currencies = 5,
  payment_methods = 6,
  countries = 7,
  trade_orders = 8,
  order_items = 9,
  payment_orders = 10,
  shipment_orders = 11,
  shipment_items = 12,
  shipment_records = 13,
  stock_places = 14,
  adjustment_reasons = 15,
  stock_adjustments = 16,
  adjustment_items = 17,
  stock_levels = 18,
  stock_holds = 19,
  product_units = 20,
  product_instances = 21,
  trade_records = 22,
  trade_record_items = 23,
  trade_relationships = 24,
  labels = 25,
  product_groups = 26,
  return_reasons = 27,
  stock_entries = 28,
  stocks = 29,
  order_returns = 30,
};
inline constexpr size_t table_count = 31;

/// A row of a table that the descriptor names: row id + 1, or 0 for none.
struct Ref {
  uint32_t value = 0;
  static Ref to(uint32_t row) { return Ref{row + 1}; }
  explicit operator bool() const { return value != 0; }
  uint32_t row() const { return value - 1; }
  friend bool operator==(Ref, Ref) = default;
};

/// Two references that are looked up together; not at all while one is missing.
struct Pair {
  Ref first;
  Ref second;
  uint64_t key() const { return uint64_t{first.value} << 32 | second.value; }
  friend bool operator==(Pair, Pair) = default;
};

/// A decimal or nothing, in the 16 bytes of a decimal.
class MaybeDecimal {
 public:
  MaybeDecimal() = default;
  MaybeDecimal(Decimal value)  // NOLINT: a decimal is a decimal
      : mantissa_(value.mantissa()), scale_(static_cast<int8_t>(value.scale())) {}
  explicit operator bool() const { return scale_ >= 0; }
  Decimal operator*() const { return Decimal::from_parts(mantissa_, scale_); }
  Decimal value_or(Decimal other) const { return *this ? **this : other; }
  friend bool operator==(MaybeDecimal, MaybeDecimal) = default;

 private:
  int64_t mantissa_ = 0;
  int8_t scale_ = -1;
};

struct MaybeInstant {
  static constexpr int64_t none = std::numeric_limits<int64_t>::min();
  int64_t ms = none;
  MaybeInstant() = default;
  MaybeInstant(Instant at) : ms(at.ms) {}  // NOLINT: an instant is an instant
  explicit operator bool() const { return ms != none; }
  Instant operator*() const { return Instant{ms}; }
  friend bool operator==(MaybeInstant, MaybeInstant) = default;
};

enum class MaybeBool : uint8_t { none, no, yes };
inline MaybeBool to_maybe(bool value) {
  return value ? MaybeBool::yes : MaybeBool::no;
}

/// One external identifier: a namespaced key, or the special key of its type (H-25), and its value.
struct Identifier {
  Text key;
  Text value;
  friend bool operator==(Identifier, Identifier) = default;
};
using Identifiers = List<Identifier>;

}  // namespace waybill

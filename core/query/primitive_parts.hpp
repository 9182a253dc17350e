#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "query/primitive.hpp"

/// What the files of primitive members share.
namespace waybill::query::primitive {

using Found = PrimitiveMember::Found;

/// The operators that a dynamic member begins with.
enum class Sign : uint8_t {
  none,
  equal,         // ==
  not_equal,     // !=
  at_least,      // >=
  at_most,       // <=
  contains,      // =~
  lacks,         // !~
  plus,          // +=
  minus,         // -=
  times,         // *=
  over,          // /=
  append_once,   // +~
  prepend_once,  // -~
};

/// A name as an operator and what stands behind it.
struct Operation {
  Sign sign = Sign::none;
  std::string_view operand;
};
Operation read_operation(std::string_view name);

inline PrimitiveMember found(const Value& value) {
  return {Found::yes, value};
}
inline PrimitiveMember null() {
  return {};
}
inline PrimitiveMember unknown() {
  return {Found::unknown, {}};
}

/// A text that was worked out, in memory that lives as long as the answer; null if it is too long.
Value new_text(const View& view, std::string_view text);

/// Whether `==`, `!=`, `>=` or `<=` holds for a left side that is below (-1), equal to (0) or above
/// (1) the right side.
bool holds(Sign sign, int order);
bool is_comparison(Sign sign);

/// A whole number with an optional minus and nothing else; those beyond any use are made smaller.
std::optional<int64_t> read_integer(std::string_view text);

/// A single value as it is shown, without quotes.
void append_shown(Bytes& out, const Value& value);

PrimitiveMember member_of_boolean(bool truth, std::string_view name);
PrimitiveMember member_of_number(const View& view, const Value& number, std::string_view name);
PrimitiveMember member_of_text(const View& view, std::string_view text, std::string_view name);
PrimitiveMember member_of_instant(const View& view, Instant at, std::string_view name);
/// `name` begins with a `%`.
PrimitiveMember formatted(const View& view, const Value& of, std::string_view name);

}  // namespace waybill::query::primitive

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schema/value.hpp"

/// Members of single values: booleans, numbers, texts and date-times.
namespace waybill::query {

/// What a member of a single value came to.
struct PrimitiveMember {
  enum class Found : uint8_t {
    yes,
    unknown,      // null, with a hint (Q-91, T-Q-12); so is a known one with an unreadable operand
    unsupported,  // the printf codes of Q-91, a 400
  };

  Found found = Found::yes;
  Value value;                    // missing if null
  bool separator_absent = false;  // a split whose separator does not occur (T-Q-24)
};

/// The member `name` of `of`, a boolean, number, instant or text; other values have none. `name` is
/// the decoded text of the step, such as "upper", "+=0:1:0", "=={t}", "r2", "%.2f", "0..3",
/// "0_0_*_*_*". Takes time in proportion to the text and the name, and counts the memory of results
/// against View::spend. What would be a text of more than limits::text_bytes is null.
PrimitiveMember primitive_member(const View& view, const Value& of, std::string_view name);

/// `at` moved by "+=h[:m[:s[.ms]]]" or "-=…"; nullopt if `by` is not of that form, or
/// the result is not in the years 0001 to 9999.
std::optional<Instant> moved(Instant at, std::string_view by);

}  // namespace waybill::query

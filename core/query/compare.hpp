#pragma once

#include <string_view>

#include "query/syntax.hpp"
#include "schema/value.hpp"

/// What values mean to predicates and orderings (chapter 01 sections 6 and 7).
namespace waybill::query {

/// Whether a value counts as true. A stream is read for it.
bool is_truthy(const View& view, const Value& value);

/// Order of two values that are no lists: missing first, numbers by value, texts by
/// code point, booleans false first.
int order(const Value& a, const Value& b);

/// Whether `left cmp value` holds, `left` being the value of the predicate's left side (Q-68 to
/// its type decides how the literal is read.
bool holds(const View& view, const Value& left, const Predicate& predicate);

/// A value as text: numbers in shortest form, amounts padded, date-times in ISO 8601; missing for
/// what is no scalar.
Value text_of(const View& view, const Value& value);

}  // namespace waybill::query

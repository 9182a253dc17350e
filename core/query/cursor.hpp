#pragma once

#include <string>

#include "base/arena.hpp"
#include "base/error.hpp"
#include "query/syntax.hpp"
#include "schema/value.hpp"

/// Cursors: base64url of `{"v":<last value>,"f":"<orderby path>","d":"asc"|"desc"}`.
namespace waybill::query {

/// The predicate that lets through what is sorted behind the token's value; the errors of Q-100.
Result<const Predicate*> read_cursor(std::string_view token, const SortKey& key, Arena& arena);

/// A token for what is sorted behind `value`, the sort value of a page's last element.
std::string make_cursor(const View& view, const Value& value, const SortKey& key);

}  // namespace waybill::query

#pragma once

#include <string_view>

#include "base/json.hpp"
#include "schema/value.hpp"

namespace waybill::query {

/// A JSON value as something that queries can walk through: objects become records, arrays lists.
/// All of it is copied to the arena.
Value value_of_json(const View& view, const JsonDocument& json, const JsonNode& node);

/// The same for a JSON text; missing if it is none.
Value value_of_json(const View& view, std::string_view text);

}  // namespace waybill::query

#pragma once

#include "rules/context.hpp"

/// How a request changes a list (H-9).
namespace waybill {

/// Elements to add and to remove, in one step, or the whole set that the list becomes. Each is an
/// array, or one element that stands for an array, or null for none.
struct ListChange {
  const JsonNode* add = nullptr;
  const JsonNode* remove = nullptr;
  const JsonNode* replace = nullptr;
};

/// `add`, `remove` or `replace`.
bool is_list_verb(std::string_view name);

/// Whether callers may say how the member changes, beside what it is.
inline bool takes_changes(const Member& member) {
  const bool list = member.kind == Kind::refs || member.kind == Kind::texts;
  return list && member.access == Access::update;
}

/// Whether a value says how a list changes.
bool is_list_change(const JsonDocument& json, const JsonNode& node);

/// What a value makes of a list: an array or null makes it exactly that. 400 if `replace` does not
/// stand alone.
Result<ListChange> read_list_change(Context& context, const JsonNode& node);

/// Calls `visit(element)` for the elements of an array, or for the one that stands for it.
template <class Visit>
void each_element(const JsonDocument& json, const JsonNode& node, Visit&& visit) {
  if (node.type == JsonType::null) return;
  if (node.type != JsonType::array) return visit(node);
  for (const JsonNode* child = json.first(node); child != nullptr; child = json.next(*child)) {
    visit(*child);
  }
}
template <class Visit>
void each_element(const JsonDocument& json, const JsonNode* node, Visit&& visit) {
  if (node != nullptr) each_element(json, *node, visit);
}

}  // namespace waybill

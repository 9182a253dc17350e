#pragma once

#include "rules/body.hpp"

/// Whether a request repeats what is stored. Repeats are safe and say nothing; what differs and
/// cannot change is reported as a hint (T-O-3, T-O-4, T-O-7, T-O-16, T-C-14).
namespace waybill {

/// Whether a body's value of a stored member says something else than the row or object at `data`.
/// Null says that there is nothing, or, of what only a create writes, that the engine may choose.
/// Lists of references are compared as sets.
bool says_otherwise(Context& context, const Member& member, const void* data, const JsonNode& node);

/// Calls `visit(node)` for the members that a body holds, and `wanted(member)` accepts, which say
/// something else than the row.
template <class Wanted, class Visit>
void each_difference(Context& context, const Body& body, const void* row, Wanted&& wanted,
                     Visit&& visit) {
  const std::span<const Member> members = body.type().members;
  for (size_t i = 0; i < members.size(); ++i) {
    const JsonNode* node = body.get(i);
    if (node == nullptr || !wanted(members[i])) continue;
    if (says_otherwise(context, members[i], row, *node)) visit(*node);
  }
}
/// Whether there is any.
template <class Wanted>
bool differs(Context& context, const Body& body, const void* row, Wanted&& wanted) {
  bool any = false;
  each_difference(context, body, row, wanted, [&](const JsonNode&) { any = true; });
  return any;
}

/// Calls `visit(node)` for the `items` of a body, if it holds some, that differ from the stored
/// ones in their places: `item_differs(row, node)`; for the whole list if it is longer or shorter.
template <class ItemDiffers, class Visit>
void each_item_difference(Context& context, const Body& body, const List<Ref>& own,
                          ItemDiffers&& item_differs, Visit&& visit) {
  const JsonNode* items = body.get("items");
  if (items == nullptr) return;
  if (items->count != own.size()) return visit(*items);
  uint32_t index = 0;
  for (const JsonNode* item = context.json.first(*items); item != nullptr;
       item = context.json.next(*item)) {
    if (item_differs(own[index++], *item)) visit(*item);
  }
}

}  // namespace waybill

#include "rules/list_change.hpp"

namespace waybill {

bool is_list_verb(std::string_view name) {
  return name == "add" || name == "remove" || name == "replace";
}

bool is_list_change(const JsonDocument& json, const JsonNode& node) {
  if (node.type != JsonType::object) return false;
  for (const JsonNode* child = json.first(node); child != nullptr; child = json.next(*child)) {
    if (is_list_verb(child->key)) return true;
  }
  return false;
}

Result<ListChange> read_list_change(Context& context, const JsonNode& node) {
  ListChange change;
  if (!is_list_change(context.json, node)) {
    change.replace = &node;
    return change;
  }
  change.add = context.json.find(node, "add");
  change.remove = context.json.find(node, "remove");
  change.replace = context.json.find(node, "replace");
  if (change.replace == nullptr || (change.add == nullptr && change.remove == nullptr)) {
    return change;
  }
  return fail(Code::bad_request, "'replace' stands alone; 'add' and 'remove' go together.",
              context.json.path(node));
}

}  // namespace waybill

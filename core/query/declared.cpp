#include "query/declared.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace waybill::query {

namespace {

/// Bare identifiers that some type declares (H-25).
constexpr std::string_view special_identifiers[] = {
    "key",   "currencyCode", "countryCode", "methodId", "percentage", "@type", "mappedTypeName",
    "email", "username",     "clientID",    "userId"};

Types types_of(const TableBase& table) {
  return {table.types().begin(), table.types().end()};
}

/// The types of what a member gives; none for scalars.
Types member_types(const View& view, const Member& member) {
  const bool rows = member.kind == Kind::ref || member.kind == Kind::refs ||
                    (member.kind == Kind::computed && member.target != TableId::engine);
  Types types = rows ? types_of(view.store.table(member.target)) : Types{};
  if (member.of != nullptr) types.push_back(member.of);
  return types;
}

/// A member that every list has, or the choice of one of its elements.
bool is_list_step(const Link& link) {
  if (link.kind == LinkKind::keyed) return true;
  const bool number = !link.name.empty() &&
                      link.name.find_first_not_of("0123456789", link.name[0] == '-' ? 1 : 0) ==
                          std::string_view::npos;
  return link.kind == LinkKind::step && (link.name == "count" || link.name == "length" || number);
}

bool is_declared(const View& view, const Type& type, std::span<const Link> links) {
  const Link& link = links.front();
  if (link.kind != LinkKind::step) return true;
  std::span<const Link> rest = links.subspan(1);
  if (link.name == "@type") return rest.empty();
  const Member* member = type.find(link.name);
  if (member == nullptr) return false;
  if (rest.empty()) return true;
  if (member->kind == Kind::identifiers) return is_identifier_name(rest.front().name);
  if (is_list_step(rest.front())) rest = rest.subspan(1);
  return query::is_declared(view, member_types(view, *member), rest);
}

}  // namespace

bool is_identifier_name(std::string_view name) {
  const auto* end = std::end(special_identifiers);
  return std::find(special_identifiers, end, name) != end || is_namespaced_key(name);
}

Types element_types(const View& view, const Value& list) {
  switch (list.list()) {
    case ListKind::rows:
      if (list.type() != nullptr) return {list.type()};
      return types_of(view.store.table(list.table()));
    case ListKind::refs:
      return types_of(view.store.table(list.table()));
    case ListKind::objects:
      return {list.type()};
    case ListKind::texts:
      return {};
    case ListKind::values:
      break;
  }
  Types types;
  view.each(list, [&](const Value& item) {
    const Type* type = view.type_of(item);
    if (type != nullptr && std::find(types.begin(), types.end(), type) == types.end()) {
      types.push_back(type);
    }
    return true;
  });
  return types;
}

bool is_declared(const View& view, const Types& types, std::span<const Link> links) {
  if (!links.empty() && links.front().kind == LinkKind::self) links = links.subspan(1);
  if (links.empty() || links.front().kind == LinkKind::op) return true;
  return std::any_of(types.begin(), types.end(),
                     [&](const Type* type) { return is_declared(view, *type, links); });
}

}  // namespace waybill::query

#include "query/infer.hpp"

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

/// What a member gives.
Known known_member(const View& view, const Member& member) {
  const Kind kind = member.kind == Kind::computed ? member.yields : member.kind;
  switch (kind) {
    case Kind::identifiers:
      return {.form = Known::Form::identifiers};
    case Kind::text:
    case Kind::symbol:
      return scalar(Kind::text);
    case Kind::texts:
      return scalar(Kind::text, true);
    case Kind::decimal:
    case Kind::amount:
    case Kind::number:
      return scalar(Kind::decimal);
    case Kind::instant:
    case Kind::boolean:
      return scalar(kind);
    case Kind::ref:
    case Kind::refs: {
      Types types = types_of(view.store.table(member.target));
      if (member.of != nullptr) types.push_back(member.of);  // or an object that is no row
      return {.form = Known::Form::objects, .list = kind == Kind::refs, .types = std::move(types)};
    }
    case Kind::object:
    case Kind::objects:
      return {.form = Known::Form::objects, .list = kind == Kind::objects, .types = {member.of}};
    case Kind::json:
      return {.kind = member.kind};
    case Kind::pair:
    case Kind::computed:
    case Kind::refused:
      break;
  }
  return {};
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void merge(Known& into, const Known& other) {
  if (into.form != other.form || into.kind != other.kind || into.list != other.list) {
    into.form = Known::Form::unknown;
  }
  for (const Type* type : other.types) {
    if (std::find(into.types.begin(), into.types.end(), type) == into.types.end()) {
      into.types.push_back(type);
    }
  }
}

}  // namespace

Known scalar(Kind kind, bool list) {
  return {.form = Known::Form::scalar, .list = list, .kind = kind};
}

bool is_identifier_name(std::string_view name) {
  const auto* end = std::end(special_identifiers);
  return std::find(special_identifiers, end, name) != end || is_namespaced_key(name);
}

bool is_database_key(std::string_view name) {
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool holds_rows(const Value& list) {
  return list.list() == ListKind::rows || list.list() == ListKind::refs;
}

bool is_keyed(const View& view, const Value& list) {
  if (holds_rows(list)) return true;
  if (list.list() != ListKind::values) return false;
  bool rows = false;
  view.each(list, [&](const Value& item) {
    rows = item.kind() == ValueKind::entity;
    return false;
  });
  return rows;
}

Known known_rows(const View& view, TableId table, const Type* type) {
  return {.form = Known::Form::objects,
          .list = true,
          .types = type != nullptr ? Types{type} : types_of(view.store.table(table))};
}

Known known_value(const View& view, const Value& value) {
  switch (value.kind()) {
    case ValueKind::boolean:
      return scalar(Kind::boolean);
    case ValueKind::decimal:
    case ValueKind::count:
    case ValueKind::amount:
      return scalar(Kind::decimal);
    case ValueKind::instant:
      return scalar(Kind::instant);
    case ValueKind::text:
      return scalar(Kind::text);
    case ValueKind::identifiers:
      return {.form = Known::Form::identifiers};
    case ValueKind::entity:
      return {.form = Known::Form::objects, .types = {&view.type_of(value.table(), value.row())}};
    case ValueKind::object:
      return {.form = Known::Form::objects, .types = {value.type()}};
    case ValueKind::list:
      return known_list(view, value);
    case ValueKind::missing:
    case ValueKind::json:
    case ValueKind::record:
    case ValueKind::shaped:
      break;
  }
  return {};
}

Known known_list(const View& view, const Value& list) {
  switch (list.list()) {
    case ListKind::rows:
      return known_rows(view, list.table(), list.type());
    case ListKind::refs:
      return known_rows(view, list.table(), nullptr);
    case ListKind::objects:
      return {.form = Known::Form::objects, .list = true, .types = {list.type()}};
    case ListKind::texts:
      return scalar(Kind::text, true);
    case ListKind::stream:
      return {.list = true};
    case ListKind::values:
      break;
  }
  if (list.type() != nullptr) {
    return {.form = Known::Form::objects, .list = true, .types = {list.type()}};
  }
  Known known{.list = true};
  bool first = true;
  view.each(list, [&](const Value& item) {
    Known own = known_value(view, item);
    own.list = true;
    if (first) {
      known = own;
    } else {
      merge(known, own);
    }
    first = false;
    return true;
  });
  return known;
}

Known follow(const View& view, const Known& from, const Link& link, bool& declared) {
  declared = true;
  if (link.kind == LinkKind::self) return from;
  if (from.form == Known::Form::unknown) return {};
  if (link.kind == LinkKind::keyed && from.list) {
    Known one = from;
    one.list = false;
    return one;
  }
  if (link.kind == LinkKind::each && from.form != Known::Form::scalar) {
    Link member = link;
    member.kind = LinkKind::step;
    Known one = from;
    one.list = false;
    Known all = follow(view, one, member, declared);
    all.list = true;
    return all;
  }
  if (link.kind != LinkKind::step) return {};
  if (from.list) {
    if (link.name == "count" || link.name == "length") return scalar(Kind::decimal);
    if (is_number(link.name) || is_database_key(link.name)) {
      Known one = from;
      one.list = false;
      return one;
    }
  }
  if (from.form == Known::Form::scalar) return {};
  if (from.form == Known::Form::identifiers) {
    declared = is_identifier_name(link.name);
    return scalar(Kind::text, from.list);
  }
  if (link.name == "@type") return scalar(Kind::text, from.list);
  Known found;
  bool any = false;
  for (const Type* type : from.types) {
    const Member* member = type->find(link.name);
    if (member == nullptr) continue;
    const Known own = known_member(view, *member);
    if (any) {
      merge(found, own);
    } else {
      found = own;
    }
    any = true;
  }
  found.list = found.list || from.list;
  declared = any;
  return found;
}

bool is_declared(const View& view, const Known& from, std::span<const Link> links) {
  Known known = from;
  known.list = false;  // of one element
  for (const Link& link : links) {
    if (link.kind == LinkKind::op) return true;
    bool declared;
    known = follow(view, known, link, declared);
    if (!declared) return false;
  }
  return true;
}

}  // namespace waybill::query

#include "rules/compare.hpp"

#include "base/text.hpp"

namespace waybill {

namespace {

bool is_text(const Context& context, Text text, const JsonNode& node) {
  return node.type == JsonType::string && text && context.store.view(text) == node.text;
}

/// Calls `visit(child)` for the children of a node until it returns false; whether it never did.
template <class Visit>
bool all_children(const Context& context, const JsonNode& node, Visit&& visit) {
  for (const JsonNode* child = context.json.first(node); child != nullptr;
       child = context.json.next(*child)) {
    if (!visit(*child)) return false;
  }
  return true;
}

bool same_texts(const Context& context, const List<Text>& own, const JsonNode& node) {
  uint32_t index = 0;
  return node.count == own.size() && all_children(context, node, [&](const JsonNode& child) {
           return is_text(context, own[index++], child);
         });
}

/// Whatever their order, and however often one is named.
bool same_refs(Context& context, TableId table, const List<Ref>& own, const JsonNode& node) {
  List<Ref> sent;
  const bool all_known = all_children(context, node, [&](const JsonNode& child) {
    const Result<Ref> named = resolve(context, table, child);
    if (named && !sent.contains(named.value)) sent.push_back(named.value);
    return named && own.contains(named.value);
  });
  return all_known && sent.size() == own.size();
}

/// Every member of the object that is sent is as stored.
bool same_object(Context& context, const Type& type, const void* data, const JsonNode& node) {
  return all_children(context, node, [&](const JsonNode& child) {
    const Member* member = type.find_written(child.key);
    return member == nullptr || !says_otherwise(context, *member, data, child);
  });
}

bool same_objects(Context& context, const Member& member, const void* data, const JsonNode& node) {
  const auto& own = field<RawList>(data, member);
  if (node.count != own.size() || own.empty()) return node.count == own.size();
  const std::byte* element = own.raw();
  return all_children(context, node, [&](const JsonNode& child) {
    const bool same = same_object(context, *member.of, element, child);
    element += member.stride;
    return same;
  });
}

/// Every well-formed identifier that is sent is carried.
bool same_identifiers(const Context& context, const Identifiers& own, const JsonNode& node) {
  return all_children(context, node, [&](const JsonNode& child) {
    if (!is_namespaced_key(child.key)) return true;
    for (const Identifier& each : own) {
      if (context.store.view(each.key) == child.key)
        return context.store.view(each.value) == child.text;
    }
    return child.type == JsonType::null;
  });
}

bool is_empty(const Member& m, const void* data) {
  switch (m.kind) {
    case Kind::text:
    case Kind::json:
      return !field<Text>(data, m);
    case Kind::texts:
    case Kind::refs:
    case Kind::objects:
      return field<RawList>(data, m).empty();
    case Kind::decimal:
    case Kind::amount:
      return !field<MaybeDecimal>(data, m);
    case Kind::instant:
      return !field<MaybeInstant>(data, m);
    case Kind::boolean:
      return field<MaybeBool>(data, m) == MaybeBool::none;
    case Kind::ref:
      return !field<Ref>(data, m);
    default:
      return true;
  }
}

bool says_the_same(Context& context, const Member& m, const void* data, const JsonNode& node) {
  switch (m.kind) {
    case Kind::identifiers:
      return same_identifiers(context, field<Identifiers>(data, m), node);
    case Kind::text:
      return is_text(context, field<Text>(data, m), node);
    case Kind::json: {
      Bytes json;
      context.json.append(json, node);
      const Text own = field<Text>(data, m);
      return own && context.store.view(own) == json;
    }
    case Kind::texts:
      return same_texts(context, field<List<Text>>(data, m), node);
    case Kind::decimal:
    case Kind::amount: {
      const auto sent = Decimal::parse(node.text);
      return sent && field<MaybeDecimal>(data, m) == MaybeDecimal(*sent);
    }
    case Kind::instant: {
      const auto sent = Instant::parse(node.text);
      return sent && field<MaybeInstant>(data, m) == MaybeInstant(*sent);
    }
    case Kind::boolean:
      return field<MaybeBool>(data, m) == to_maybe(node.truth);
    case Kind::ref: {
      const Result<Ref> named = resolve(context, m.target, node);
      return named && named.value == field<Ref>(data, m);
    }
    case Kind::refs:
      return same_refs(context, m.target, field<List<Ref>>(data, m), node);
    case Kind::object:
      return same_object(context, *m.of, static_cast<const std::byte*>(data) + m.offset, node);
    case Kind::objects:
      return same_objects(context, m, data, node);
    default:
      return true;  // not stored
  }
}

}  // namespace

bool says_otherwise(Context& context, const Member& member, const void* data,
                    const JsonNode& node) {
  if (node.type == JsonType::null)
    return member.access == Access::update && !is_empty(member, data);
  return !says_the_same(context, member, data, node);
}

}  // namespace waybill

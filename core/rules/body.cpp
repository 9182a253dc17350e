#include "rules/body.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "rules/list_change.hpp"

namespace waybill {

namespace {

struct Coercion {
  std::string_view target;
  const JsonNode* node;
};

/// What a descriptor's text says to callers: its references to rules are for readers of the code.
std::string without_rule_ids(std::string_view doc) {
  std::string out(doc);
  for (size_t open = out.find(" ("); open != std::string::npos; open = out.find(" (", open)) {
    const size_t close = out.find(')', open);
    const bool is_rule = close != std::string::npos && out[open + 3] == '-';
    if (!is_rule) break;
    out.erase(open, close + 1 - open);
  }
  return out;
}

constexpr size_t longest_shown_value = 256;  // of the request, in an error

Failure coercion_failure(Context& context, const std::vector<Coercion>& wrong) {
  const Coercion& first = wrong.front();
  const std::string path = context.json.path(*first.node);
  // A text of the right type that says the wrong thing is shown; else its type says enough.
  const bool shown = first.node->type == JsonType::string && first.target != "a string" &&
                     first.node->text.size() <= longest_shown_value;
  const std::string found = shown ? "\"" + std::string(first.node->text) + "\""
                                  : std::string(json_type_name(first.node->type));
  Failure failure = fail(Code::failed_coercion,
                         (path.empty() ? "The body" : "'" + path + "'") + " must be " +
                             std::string(first.target) + ", not " + found,
                         path);
  Bytes& extra = failure->extra;
  extra += ",\"targetType\":";
  append_json_string(extra, first.target);
  extra += ",\"failedCoercions\":[";
  for (const Coercion& each : wrong) {
    if (extra.back() != '[') extra += ',';
    extra += "{\"success\":false,\"targetType\":";
    append_json_string(extra, each.target);
    extra += ",\"inputValue\":";
    // The answer does not repeat a large or nested body, only says what it was.
    const bool nested = each.node->type == JsonType::array || each.node->type == JsonType::object;
    const size_t before = extra.size();
    if (!nested) context.json.append(extra, *each.node);
    if (nested || extra.size() - before > longest_shown_value) {
      extra.resize(before);
      append_json_string(extra, json_type_name(each.node->type));
    }
    extra += ",\"path\":";
    append_json_string(extra, context.json.path(*each.node));
    extra += ",\"message\":";
    append_json_string(extra, "must be " + std::string(each.target));
    extra += '}';
  }
  extra += ']';
  return failure;
}

/// What a member's value has to be, in words; empty if `node` is that.
std::string_view expectation(Kind kind, const JsonNode& node) {
  const bool string = node.type == JsonType::string;
  switch (kind) {
    case Kind::text:
      return string ? "" : "a string";
    case Kind::texts:
      return node.type == JsonType::array ? "" : "an array of strings";
    case Kind::decimal:
    case Kind::amount:
      if ((string || node.type == JsonType::number) && Decimal::parse(node.text)) return "";
      return "a decimal of at most 18 digits (a number or a string)";
    case Kind::instant:
      return string && Instant::parse(node.text) ? "" : "an ISO 8601 date-time";
    case Kind::boolean:
      return node.type == JsonType::boolean ? "" : "true or false";
    case Kind::identifiers:
    case Kind::object:
    case Kind::ref:
      return node.type == JsonType::object ? "" : "an object";
    case Kind::refs:
    case Kind::objects:
      return node.type == JsonType::array ? "" : "an array of objects";
    default:
      return "";
  }
}

/// The text that an object holds where one may be sent wrapped (Member::wrapper).
const JsonNode& unwrapped(const JsonDocument& json, const Member& member, const JsonNode& node) {
  if (member.wrapper.empty() || node.type != JsonType::object) return node;
  const JsonNode* inside = json.find(node, member.wrapper);
  return inside != nullptr ? *inside : node;
}

class TypeCheck {
 public:
  explicit TypeCheck(Context& context) : context_(context) {}

  void member(const Member& member, const JsonNode& sent) {
    const JsonNode& node = unwrapped(context_.json, member, sent);
    if (node.type == JsonType::null) return;
    // Wrong `identifiers` is an error of its own in a reference (H-29), not here.
    const Kind kind = member.kind == Kind::computed ? member.yields : member.kind;
    if (takes_changes(member) && is_list_change(context_.json, node)) return change(member, node);
    const std::string_view expected = expectation(kind, node);
    if (!expected.empty()) return add({expected, &node});
    if (kind == Kind::object) return object(*member.of, node);
    const bool list = kind == Kind::texts || kind == Kind::refs;
    if (!list && kind != Kind::objects) return;
    each_element(context_.json, node, [&](const JsonNode& child) { element(member, kind, child); });
  }

  Failure result() const { return wrong_.empty() ? Failure{} : coercion_failure(context_, wrong_); }

 private:
  void add(Coercion coercion) {
    if (wrong_.size() < limits::listed) wrong_.push_back(coercion);
  }

  void element(const Member& member, Kind kind, const JsonNode& node) {
    const bool text = kind == Kind::texts;
    if (node.type != (text ? JsonType::string : JsonType::object)) {
      return add({text ? "a string" : "an object", &node});
    }
    if (kind == Kind::objects && member.of != nullptr) object(*member.of, node);
  }

  void change(const Member& member, const JsonNode& node) {
    for (const JsonNode* child = context_.json.first(node); child != nullptr;
         child = context_.json.next(*child)) {
      if (is_list_verb(child->key)) {
        each_element(context_.json, *child,
                     [&](const JsonNode& own) { element(member, member.kind, own); });
      } else {
        context_.hint("T-H-3", context_.json.path(*child), "ignored: a list has no such change");
      }
    }
  }

  void object(const Type& type, const JsonNode& node) {
    for (const JsonNode* child = context_.json.first(node); child != nullptr;
         child = context_.json.next(*child)) {
      if (child->key.starts_with('@')) continue;
      if (const Member* member = type.find(child->key)) {
        this->member(*member, *child);
      } else {
        context_.hint("T-H-3", context_.json.path(*child), "ignored: no such member");
      }
    }
  }

  Context& context_;
  std::vector<Coercion> wrong_;
};

}  // namespace

Failure check_type(Context& context, const Member& member, const JsonNode& node) {
  TypeCheck check_types(context);
  check_types.member(member, node);
  return check_types.result();
}

Failure failed_coercion(Context& context, std::string_view target, const JsonNode& node) {
  return coercion_failure(context, {{target, &node}});
}

Failure missing_member(Context& context, const JsonNode& object, std::string_view member) {
  const std::string path = context.json.path(object, member);
  return fail(Code::missing_required_field, "'" + path + "' is required.", path);
}

Result<Body> Body::read(Context& context, const Type& type, const JsonNode& object,
                        Purpose purpose) {
  Result<Body> body = match(context, type, object, purpose);
  if (!body) return body;
  TypeCheck check_types(context);
  for (size_t i = 0; i < type.members.size(); ++i) {
    if (const JsonNode* node = body.value.get(i)) check_types.member(type.members[i], *node);
  }
  if (Failure failure = check_types.result()) return failure;
  return body;
}

Result<Body> Body::match(Context& context, const Type& type, const JsonNode& object,
                         Purpose purpose) {
  if (object.type != JsonType::object) return failed_coercion(context, "an object", object);
  const bool existing = purpose == Purpose::update && !type.options.existing_trap.empty();
  const std::string_view trap = existing ? type.options.existing_trap : type.options.read_only_trap;
  Body body;
  body.type_ = &type;
  body.json_ = &context.json;
  body.object_ = &object;
  for (const JsonNode* child = context.json.first(object); child != nullptr;
       child = context.json.next(*child)) {
    if (child->key == "@value") return not_supported("'@value'", true, context.json.path(*child));
    if (child->key.starts_with('@')) continue;
    const Member* member = type.find_written(child->key);
    if (member == nullptr) {
      context.hint("T-H-3", context.json.path(*child), "ignored: no such member");
      continue;
    }
    if (member->access == Access::refused) {
      Failure failure = not_supported("'" + std::string(child->key) + "'", member->planned,
                                      context.json.path(*child));
      failure->suggestion = member->instead;
      return failure;
    }
    if (member->access == Access::read_only || member->access == Access::by_path) {
      context.hint(member->trap.empty() ? trap : member->trap, context.json.path(*child),
                   "ignored, read-only: " + without_rule_ids(member->doc));
      continue;
    }
    const size_t index = type.index_of(*member);
    check(index < max_members);
    if (const JsonNode* other = body.nodes_[index]; other != nullptr && other->key != child->key) {
      return fail(Code::invalid_value,
                  "'" + std::string(other->key) + "' and '" + std::string(child->key) +
                      "' are the same member; send one.",
                  context.json.path(*child));
    }
    body.nodes_[index] = child;
  }
  return body;
}

const JsonNode* Body::get(std::string_view member) const {
  const Member* found = type_->find(member);
  return found == nullptr ? nullptr : nodes_[type_->index_of(*found)];
}

bool Body::has(std::string_view member) const {
  const JsonNode* node = get(member);
  return node != nullptr && node->type != JsonType::null;
}

Failure assign_members(Context& context, const Body& body, void* row, bool creating) {
  const std::span<const Member> members = body.type().members;
  for (size_t i = 0; i < members.size(); ++i) {
    const Member& member = members[i];
    if (body.get(i) == nullptr || !member.stored() || member.kind == Kind::identifiers ||
        (!creating && member.access == Access::create)) {
      continue;
    }
    if (Failure failure = assign_member(context, member, row, *body.get(i))) return failure;
  }
  return {};
}

namespace {

Failure too_many(const Context& context, const JsonNode& list, size_t most) {
  const std::string path = context.json.path(list);
  return fail(Code::too_many_items,
              "'" + path + "' has at most " + std::to_string(most) + " elements.", path);
}

}  // namespace

Failure check_count(const Context& context, const JsonNode& list, size_t most) {
  return list.count <= most ? Failure{} : too_many(context, list, most);
}

Failure assign_text(Context& context, Text& to, std::string_view text, const JsonNode& node) {
  if (node.type == JsonType::null) {
    to = {};
    return {};
  }
  if (text.size() > limits::text_bytes) {
    const std::string path = context.json.path(node);
    return fail(Code::invalid_value,
                "'" + path + "' is longer than " + std::to_string(limits::text_bytes) + " bytes",
                path);
  }
  to = context.store.intern(text);
  return {};
}

namespace {

/// Adds to a list what an element of JSON says.
Failure read_element(Context& context, const Member&, const JsonNode& node, List<Text>& out) {
  Text text;
  if (Failure failure = assign_text(context, text, node.text, node)) return failure;
  out.push_back(text);
  return {};
}

Failure read_element(Context& context, const Member& member, const JsonNode& node, List<Ref>& out) {
  Result<Ref> ref = resolve(context, member.target, node);
  if (!ref) return std::move(ref.failure);
  if (!out.contains(ref.value)) out.push_back(ref.value);
  return {};
}

/// Takes out of a list what an element matches: scalars by value, rows by any identifier (H-9).
Failure remove_element(Context& context, const Member&, const JsonNode& node, List<Text>& list) {
  list.remove(context.store.strings().find(node.text));
  return {};
}

Failure remove_element(Context& context, const Member& member, const JsonNode& node,
                       List<Ref>& list) {
  NamedRows named;
  if (Failure failure = find_named(context, member.target, node, named)) return failure;
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (named.rows.contains(list[i].row())) list.erase(i--);
  }
  return {};
}

/// Sets or changes a list (H-7, H-9). Texts are kept as they are sent, rows once. What stays keeps
/// its place; what is added stands behind it.
template <class Element>
Failure assign_list(Context& context, const Member& member, List<Element>& list,
                    const JsonNode& node) {
  Result<ListChange> change = read_list_change(context, node);
  if (!change) return std::move(change.failure);
  const ListChange& what = change.value;
  List<Element> added;
  Failure failure;
  each_element(context.json, what.replace != nullptr ? what.replace : what.add,
               [&](const JsonNode& each) {
                 if (!failure) failure = read_element(context, member, each, added);
               });
  List<Element> kept = list;
  each_element(context.json, what.remove, [&](const JsonNode& each) {
    if (!failure) failure = remove_element(context, member, each, kept);
  });
  if (failure) return failure;
  List<Element> result;
  if (what.replace != nullptr) {
    result = std::move(added);
  } else {
    for (const Element& own : list) {
      if (kept.contains(own) || added.contains(own)) result.push_back(own);
    }
    for (const Element& own : added) {
      if (!result.contains(own)) result.push_back(own);
    }
  }
  if (result.size() > limits::list_elements) return too_many(context, node, limits::list_elements);
  list = std::move(result);
  return {};
}

}  // namespace

Failure assign_member(Context& context, const Member& m, void* data, const JsonNode& node) {
  const bool null = node.type == JsonType::null;
  if (node.type == JsonType::array && node.count > limits::list_elements && m.kind != Kind::json) {
    return check_count(context, node, limits::list_elements);
  }
  switch (m.kind) {
    case Kind::text: {
      const JsonNode& text = unwrapped(context.json, m, node);
      return assign_text(context, field<Text>(data, m), text.text, text);
    }
    case Kind::texts:
      return assign_list(context, m, field<List<Text>>(data, m), node);
    case Kind::json: {
      Bytes json;
      context.json.append(json, node);
      return assign_text(context, field<Text>(data, m), json, node);
    }
    case Kind::decimal:
    case Kind::amount:
      field<MaybeDecimal>(data, m) =
          null ? MaybeDecimal{} : MaybeDecimal(*Decimal::parse(node.text));
      return {};
    case Kind::instant:
      field<MaybeInstant>(data, m) =
          null ? MaybeInstant{} : MaybeInstant(*Instant::parse(node.text));
      return {};
    case Kind::boolean:
      field<MaybeBool>(data, m) = null ? MaybeBool::none : to_maybe(node.truth);
      return {};
    case Kind::ref: {
      if (null) {
        field<Ref>(data, m) = {};
        return {};
      }
      Result<Ref> ref = resolve(context, m.target, node);
      if (!ref) return std::move(ref.failure);
      field<Ref>(data, m) = ref.value;
      return {};
    }
    case Kind::refs:
      return assign_list(context, m, field<List<Ref>>(data, m), node);
    case Kind::object:
      for (const Member& part : m.of->members) {
        void* inside = static_cast<std::byte*>(data) + m.offset;
        const JsonNode* child = null ? &node : context.json.find(node, part.name);
        if (child == nullptr) continue;
        if (Failure failure = assign_member(context, part, inside, *child)) return failure;
      }
      return {};
    default:
      return {};  // lists of objects are read by the rules that own them
  }
}

}  // namespace waybill

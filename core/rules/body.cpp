#include "rules/body.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace waybill {

namespace {

struct Coercion {
  std::string_view target;
  const JsonNode* node;
  std::string path;
};

Failure coercion_failure(Context& context, const std::vector<Coercion>& wrong) {
  const Coercion& first = wrong.front();
  Failure failure = fail(Code::failed_coercion,
                         "'" + first.path + "' must be " + std::string(first.target) + ", not " +
                             std::string(json_type_name(first.node->type)),
                         first.path);
  std::string& extra = failure->extra;
  extra = ",\"targetType\":";
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
    if (nested || extra.size() - before > 256) {
      extra.resize(before);
      append_json_string(extra, json_type_name(each.node->type));
    }
    extra += ",\"path\":";
    append_json_string(extra, each.path);
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

class TypeCheck {
 public:
  TypeCheck(Context& context, std::vector<Coercion>& wrong) : context_(context), wrong_(wrong) {}

  void member(const Member& member, const JsonNode& node, const std::string& path) {
    if (node.type == JsonType::null) return;
    // Wrong `identifiers` is an error of its own in a reference (H-29), not here.
    const std::string_view expected = expectation(member.kind, node);
    if (!expected.empty()) {
      wrong_.push_back({expected, &node, path});
      return;
    }
    if (member.kind == Kind::object) return object(*member.of, node, path);
    const bool texts = member.kind == Kind::texts;
    if (!texts && member.kind != Kind::refs && member.kind != Kind::objects) return;
    uint32_t index = 0;
    for (const JsonNode* child = context_.json.first(node); child != nullptr;
         child = context_.json.next(*child), ++index) {
      if (child->type == (texts ? JsonType::string : JsonType::object)) {
        if (member.kind == Kind::objects) object(*member.of, *child, join_path(path, index));
      } else {
        wrong_.push_back({texts ? "a string" : "an object", child, join_path(path, index)});
      }
    }
  }

 private:
  void object(const Type& type, const JsonNode& node, const std::string& path) {
    for (const JsonNode* child = context_.json.first(node); child != nullptr;
         child = context_.json.next(*child)) {
      const Member* member = type.find(child->key);
      if (member != nullptr) this->member(*member, *child, join_path(path, child->key));
    }
  }

  Context& context_;
  std::vector<Coercion>& wrong_;
};

std::string clipped(std::string_view name) {
  return std::string(name.substr(0, name.size() > 60 ? 60 : name.size()));
}

}  // namespace

std::string join_path(std::string_view path, std::string_view member) {
  std::string out(path);
  if (!out.empty()) out += '/';
  out += member;
  return out;
}

std::string join_path(std::string_view path, uint32_t index) {
  std::string out(path);
  if (!out.empty()) out += '/';
  append_uint(out, index);
  return out;
}

Failure failed_coercion(Context& context, std::string_view target, const JsonNode& node,
                        std::string path) {
  return coercion_failure(context, {{target, &node, std::move(path)}});
}

Result<Body> Body::read(Context& context, const Type& type, const JsonNode& object,
                        std::string path) {
  if (object.type != JsonType::object) {
    return failed_coercion(context, "an object", object, std::move(path));
  }
  Body body;
  body.type_ = &type;
  body.object_ = &object;
  body.path_ = std::move(path);
  std::vector<Coercion> wrong;
  TypeCheck check_types(context, wrong);
  for (const JsonNode* child = context.json.first(object); child != nullptr;
       child = context.json.next(*child)) {
    if (child->key.starts_with('@') || child->key == "actions") continue;
    if (std::find(type.unsupported.begin(), type.unsupported.end(), child->key) !=
        type.unsupported.end()) {
      return fail(Code::not_supported, "'" + std::string(child->key) + "' is not supported",
                  body.path(child->key));
    }
    const Member* member = type.find(child->key);
    if (member == nullptr) {
      context.hint("T-H-3", body.path(clipped(child->key)), "ignored: no such member");
      continue;
    }
    if (member->access == Access::read_only) {
      const bool order = &type == &context.view.type_of(TableId::trade_orders, 0);
      const bool address =
          order && (child->key == "deliveryAddresses" || child->key == "invoiceAddresses");
      context.hint(address ? "T-O-1"
                   : order ? "T-O-2"
                           : "T-H-3",
                   body.path(child->key),
                   address ? "dropped: use changeDeliveryAddress or changeInvoiceAddress"
                           : "ignored: read-only");
      continue;
    }
    const auto index = static_cast<size_t>(member - type.members.data());
    check(index < max_members);
    body.nodes_[index] = child;
    check_types.member(*member, *child, body.path(child->key));
  }
  if (!wrong.empty()) return coercion_failure(context, wrong);
  return body;
}

const JsonNode* Body::get(std::string_view member) const {
  const Member* found = type_->find(member);
  return found == nullptr ? nullptr : nodes_[static_cast<size_t>(found - type_->members.data())];
}

bool Body::has(std::string_view member) const {
  const JsonNode* node = get(member);
  return node != nullptr && node->type != JsonType::null;
}

std::string Body::path(std::string_view member) const {
  return join_path(path_, member);
}

Failure assign_members(Context& context, const Body& body, void* row, bool creating) {
  for (const Member& member : body.type().members) {
    if (!member.stored() || member.kind == Kind::identifiers ||
        member.access == Access::read_only) {
      continue;
    }
    if (!creating && member.access == Access::create) continue;
    const JsonNode* node = body.get(member.name);
    if (node == nullptr) continue;
    if (Failure failure = assign_member(context, member, row, *node, body.path(member.name))) {
      return failure;
    }
  }
  return {};
}

namespace {

Failure assign_text(Context& context, Text& to, std::string_view text, const std::string& path) {
  if (text.size() > limits::text_bytes) {
    std::string details = "'" + path + "' is longer than ";
    append_uint(details, limits::text_bytes);
    return fail(Code::invalid_value, details + " bytes", path);
  }
  to = context.store.intern(text);
  return {};
}

Failure assign_refs(Context& context, const Member& member, List<Ref>& to, const JsonNode& node,
                    const std::string& path) {
  List<Ref> refs;
  uint32_t index = 0;
  for (const JsonNode* child = context.json.first(node); child != nullptr;
       child = context.json.next(*child), ++index) {
    Result<Ref> ref = resolve(context, member.target, *child, join_path(path, index));
    if (!ref) return std::move(ref.failure);
    if (!refs.contains(ref.value)) refs.push_back(ref.value);
  }
  to = refs;
  return {};
}

}  // namespace

Failure assign_member(Context& context, const Member& m, void* data, const JsonNode& node,
                      std::string path) {
  const bool null = node.type == JsonType::null;
  switch (m.kind) {
    case Kind::text:
      if (null) field<Text>(data, m) = {};
      return null ? Failure{} : assign_text(context, field<Text>(data, m), node.text, path);
    case Kind::texts: {
      List<Text> texts;
      for (const JsonNode* child = null ? nullptr : context.json.first(node); child != nullptr;
           child = context.json.next(*child)) {
        Text text;
        if (Failure failure = assign_text(context, text, child->text, path)) return failure;
        texts.push_back(text);
      }
      field<List<Text>>(data, m) = texts;
      return {};
    }
    case Kind::json: {
      std::string json;
      if (!null) context.json.append(json, node);
      if (null) field<Text>(data, m) = {};
      return null ? Failure{} : assign_text(context, field<Text>(data, m), json, path);
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
      Result<Ref> ref = resolve(context, m.target, node, std::move(path));
      if (!ref) return std::move(ref.failure);
      field<Ref>(data, m) = ref.value;
      return {};
    }
    case Kind::refs:
      if (null) field<List<Ref>>(data, m).clear();
      return null ? Failure{} : assign_refs(context, m, field<List<Ref>>(data, m), node, path);
    case Kind::object:
      for (const Member& part : m.of->members) {
        void* inside = static_cast<std::byte*>(data) + m.offset;
        const JsonNode* child = null ? &node : context.json.find(node, part.name);
        if (child == nullptr) continue;
        if (Failure failure =
                assign_member(context, part, inside, *child, join_path(path, part.name))) {
          return failure;
        }
      }
      return {};
    default:
      return {};  // lists of objects are read by the rules that own them
  }
}

}  // namespace waybill

#include "query/render.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "schema/keys.hpp"

namespace waybill::query {

namespace {

const Shape no_shape;

std::string_view slot_name(const Selector& selector) {
  if (!selector.alias.empty()) return selector.alias;
  return selector.expr.links.empty() ? std::string_view{} : selector.expr.links[0].name;
}

}  // namespace

void Renderer::write(const Value& value, const Shape& shape) {
  if (++values_ > limits::rendered_values) {
    too_large_ = true;
    return;
  }
  switch (value.kind) {
    case ValueKind::list: {
      out_ += '[';
      bool first = true;
      view_.each(value, [&](const Value& item) {
        if (!first) out_ += ',';
        first = false;
        write(item, shape);
        return !too_large_;
      });
      out_ += ']';
      return;
    }
    case ValueKind::entity:
      return write_object(value, view_.type_of(value.table, value.row), shape);
    case ValueKind::object:
      return write_object(value, *value.type, shape);
    case ValueKind::identifiers:
      return write_identifiers(value, shape);
    default:
      return write_scalar(value);
  }
}

void Renderer::write_scalar(const Value& value) {
  switch (value.kind) {
    case ValueKind::boolean:
      out_ += value.truth ? "true" : "false";
      return;
    case ValueKind::decimal:
      out_ += '"';
      value.number.append_to(out_);
      out_ += '"';
      return;
    case ValueKind::count:
      value.number.append_to(out_);
      return;
    case ValueKind::amount:
      out_ += '"';
      value.number.append_padded_to(out_, value.minor_digits);
      out_ += '"';
      return;
    case ValueKind::instant:
      out_ += '"';
      value.instant.append_to(out_);
      out_ += '"';
      return;
    case ValueKind::text:
      append_json_string(out_, value.text);
      return;
    case ValueKind::json:
      out_ += value.text;
      return;
    default:
      out_ += "null";
      return;
  }
}

void Renderer::name(std::string_view member) {
  if (out_.back() != '{') out_ += ',';
  append_json_string(out_, member);
  out_ += ':';
}

void Renderer::write_object(const Value& object, const Type& type, const Shape& shape) {
  out_ += "{\"@type\":";
  append_json_string(out_, type.name);
  if (shape.empty()) {
    write_members(object, type);
  } else {
    for (const Slot& slot : plan(type, shape)) write_slot(object, slot, slot.expr != nullptr);
  }
  out_ += '}';
}

void Renderer::write_members(const Value& object, const Type& type) {
  for (const Member& member : type.members) {
    if (member.show == Show::by_default) {
      write_slot(object, {member.name, &member, nullptr}, false);
    }
  }
}

/// Missing members are left out unless they were asked for by name.
void Renderer::write_slot(const Value& object, const Slot& slot, bool required) {
  if (slot.expr == nullptr) {
    const Value value = view_.member(object, *slot.member);
    if (value.missing() && !required) return;
    name(slot.name);
    write(value, no_shape);
    return;
  }
  const Outcome outcome = evaluator_.select(object, *slot.expr);
  name(slot.name);
  write(outcome.value, outcome.shape);
}

/// Which members a type shows under projections, in their order.
Renderer::Plan Renderer::plan(const Type& type, const Shape& shape) const {
  Plan slots;
  const auto add_members = [&](bool all) {
    for (const Member& member : type.members) {
      const bool shown = member.show == Show::by_default || (all && member.show != Show::internal);
      if (shown) slots.push_back({member.name, &member, nullptr});
    }
  };
  add_members(false);
  for (const Link* projection : shape) {
    if (projection->op == Op::with_all) {
      slots.clear();
      add_members(true);
      continue;
    }
    if (projection->op == Op::just) slots.clear();
    for (const Selector& selector : projection->selectors) {
      const Slot added{slot_name(selector), nullptr, &selector.expr};
      bool replaced = false;
      for (Slot& slot : slots) {
        if (slot.name != added.name) continue;
        slot = added;
        replaced = true;
      }
      if (!replaced) slots.push_back(added);
    }
  }
  return slots;
}

/// `identifiers` is an open object: its keys are data. A projection on it adds or names keys.
void Renderer::write_identifiers(const Value& identifiers, const Shape& shape) {
  out_ += "{\"@type\":\"common identifiers\",\"key\":\"";
  view_.keys.append(out_, identifiers.table, identifiers.row);
  out_ += '"';
  const Member& member = view_.type_of(identifiers.table, identifiers.row).members[0];
  const void* row = view_.store.table(identifiers.table).row(identifiers.row);
  for (const Identifier& own : field<Identifiers>(row, member)) {
    name(view_.store.view(own.key));
    append_json_string(out_, view_.store.view(own.value));
  }
  for (const Link* projection : shape) {
    for (const Selector& selector : projection->selectors) {
      const Outcome outcome = evaluator_.select(identifiers, selector.expr);
      if (!outcome.value.missing() && selector.alias.empty()) continue;  // shown already
      name(slot_name(selector));
      write(outcome.value, outcome.shape);
    }
  }
  out_ += '}';
}

}  // namespace waybill::query

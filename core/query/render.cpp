#include "query/render.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "schema/keys.hpp"

namespace waybill::query {

namespace {

std::string_view slot_name(const Selector& selector) {
  if (!selector.alias.empty()) return selector.alias;
  return selector.expr.links.empty() ? std::string_view{} : selector.expr.links[0].name;
}

bool holds_projection(Shape shape) {
  return std::any_of(shape.begin(), shape.end(),
                     [](const Link& link) { return is_projection(link.op); });
}

}  // namespace

void Renderer::write(const Value& value, Shape shape) {
  if (++values_ > limits::rendered_values || out_.size() > limits::answer_bytes) {
    return evaluator_.report(too_large());
  }
  switch (value.kind()) {
    case ValueKind::list: {
      out_ += '[';
      bool first = true;
      view_.each(value, [&](const Value& item) {
        if (!first) out_ += ',';
        first = false;
        write(item, shape);
        return !evaluator_.failed();
      });
      out_ += ']';
      return;
    }
    case ValueKind::entity:
      return write_object(value, view_.type_of(value.table(), value.row()), shape);
    case ValueKind::object:
      return write_object(value, *value.type(), shape);
    case ValueKind::identifiers:
      return write_identifiers(value, shape);
    default:
      return write_scalar(value);
  }
}

void Renderer::write_scalar(const Value& value) {
  switch (value.kind()) {
    case ValueKind::boolean:
      out_ += value.truth() ? "true" : "false";
      return;
    case ValueKind::decimal:
      out_ += '"';
      value.number().append_to(out_);
      out_ += '"';
      return;
    case ValueKind::count:
      value.number().append_to(out_);
      return;
    case ValueKind::amount:
      out_ += '"';
      value.number().append_padded_to(out_, value.minor_digits());
      out_ += '"';
      return;
    case ValueKind::instant:
      out_ += '"';
      value.instant().append_to(out_);
      out_ += '"';
      return;
    case ValueKind::text:
      append_json_string(out_, value.text());
      return;
    case ValueKind::json:
      out_ += value.text();
      return;
    default:
      out_ += "null";
      return;
  }
}

void Renderer::name(std::string_view member) {
  out_ += out_.back() == '{' ? std::string_view("\"") : std::string_view(",\"");
  out_ += member;
  out_ += "\":";
}

void Renderer::escaped_name(std::string_view alias) {
  if (out_.back() != '{') out_ += ',';
  append_json_string(out_, alias);
  out_ += ':';
}

void Renderer::write_object(const Value& object, const Type& type, Shape shape) {
  if (type.options.on_shown != nullptr) type.options.on_shown(view_, object.row());
  out_ += "{\"@type\":\"";
  out_ += type.name;
  out_ += '"';
  if (holds_projection(shape)) {
    for (const Slot& slot : plan(type, shape)) {
      if (slot.expr == nullptr) {
        write_member(object, *slot.member);
        continue;
      }
      const Outcome outcome = evaluator_.select(object, *slot.expr);
      escaped_name(slot.name);
      write(outcome.value, outcome.shape);
    }
  } else {
    for (const Member& member : type.members) {
      if (member.show == Show::by_default) write_member(object, member);
    }
  }
  out_ += '}';
}

/// Missing members are left out.
void Renderer::write_member(const Value& object, const Member& member) {
  const Value value = view_.member(object, member);
  if (value.missing()) return;
  name(member.name);
  write(value, {});
}

/// Elements of a collection are mostly of one type: their plan is made once.
Renderer::Plan Renderer::plan(const Type& type, Shape shape) {
  for (const CachedPlan& own : plans_) {
    if (own.type == &type && own.shape == shape.data()) return own.plan;
  }
  plans_.push_back({&type, shape.data(), make_plan(type, shape)});
  return plans_.back().plan;
}

/// Which members a type shows under projections, in their order.
Renderer::Plan Renderer::make_plan(const Type& type, Shape shape) const {
  std::vector<Slot> slots;
  const auto add_members = [&](bool all) {
    for (const Member& member : type.members) {
      const bool shown = member.show == Show::by_default ||
                         (all && member.show == Show::on_request && member.kind != Kind::refused);
      if (shown) slots.push_back({member.name, &member, nullptr});
    }
  };
  add_members(false);
  for (const Link& projection : shape) {
    if (!is_projection(projection.op)) continue;
    if (projection.op == Op::with_all) {
      slots.clear();
      add_members(true);
      continue;
    }
    if (projection.op == Op::just) slots.clear();
    for (const Selector& selector : projection.selectors) {
      const Slot added{slot_name(selector), nullptr, &selector.expr};
      const auto same = std::find_if(slots.begin(), slots.end(),
                                     [&](const Slot& slot) { return slot.name == added.name; });
      if (same == slots.end()) {
        slots.push_back(added);
      } else {
        *same = added;
      }
    }
  }
  return view_.arena.copy(slots);
}

/// `identifiers` is an open object: its keys are data. A projection on it adds or names keys.
void Renderer::write_identifiers(const Value& identifiers, Shape shape) {
  out_ += "{\"@type\":\"common identifiers\",\"key\":\"";
  view_.keys.append(out_, identifiers.table(), identifiers.row());
  out_ += '"';
  const Member& member = view_.type_of(identifiers.table(), identifiers.row()).members[0];
  const void* row = view_.store.table(identifiers.table()).row(identifiers.row());
  for (const Identifier& own : field<Identifiers>(row, member)) {
    name(view_.store.view(own.key));
    append_json_string(out_, view_.store.view(own.value));
  }
  for (const Link& projection : shape) {
    if (!is_projection(projection.op)) continue;
    for (const Selector& selector : projection.selectors) {
      const Outcome outcome = evaluator_.select(identifiers, selector.expr);
      if (!outcome.value.missing() && selector.alias.empty()) continue;  // shown already
      escaped_name(slot_name(selector));
      write(outcome.value, outcome.shape);
    }
  }
  out_ += '}';
}

}  // namespace waybill::query

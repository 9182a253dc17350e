#include "query/render.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "schema/keys.hpp"

namespace waybill::query {

void Renderer::write(const Value& value, Shape shape) {
  if (++values_ > limits::rendered_values || out_.size() > limits::answer_bytes) {
    return evaluator_.report(too_large());
  }
  switch (value.kind()) {
    case ValueKind::list:
      return write_list(value, shape);
    case ValueKind::entity:
      return write_object(value, view_.type_of(value.table(), value.row()), shape);
    case ValueKind::object:
      return write_object(value, *value.type(), shape);
    case ValueKind::identifiers:
      return changes_form(shape) ? write_slots(value, project(view_, value, shape))
                                 : write_identifiers(value);
    case ValueKind::record:
      return changes_form(shape) ? write_slots(value, project(view_, value, shape))
                                 : write_record(value.record());
    case ValueKind::shaped: {
      const auto& own = *static_cast<const Shaped*>(value.data());
      return write(own.value, own.shape);
    }
    default:
      return write_scalar(value);
  }
}

void Renderer::write_list(const Value& list, Shape shape) {
  const bool is_answer = values_ == 1;
  uint64_t written = 0;
  out_ += '[';
  view_.each(list, [&](const Value& item) {
    if (written++ != 0) out_ += ',';
    write(item, shape);
    return !evaluator_.failed();
  });
  out_ += ']';
  if (is_answer && evaluator_.around().explanation != nullptr) {
    evaluator_.around().explanation->returned = written;
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

void Renderer::open_object(std::string_view type, bool typeless) {
  out_ += '{';
  if (typeless || typeless_ > 0 || type.empty()) return;
  out_ += "\"@type\":\"";
  out_ += type;
  out_ += '"';
}

void Renderer::write_object(const Value& object, const Type& type, Shape shape) {
  if (type.options.on_shown != nullptr) type.options.on_shown(view_, object.row());
  if (changes_form(shape)) {
    const Projection& own = projection(type, shape);
    return write_slots(object, own);
  }
  open_object(type.name, false);
  for (const Member& member : type.members) {
    if (member.show == Show::by_default) write_member(object, member);
  }
  out_ += '}';
}

void Renderer::write_slots(const Value& object, const Projection& projection) {
  bool declared;
  const Value type = view_.member(object, "@type", declared);
  const Projection own = projection;  // what is written may find other projections
  open_object(type.is_text() ? type.text() : std::string_view{}, own.typeless);
  if (own.typeless) ++typeless_;
  for (const Slot& slot : own.slots) {
    if (slot.member != nullptr) {
      write_member(object, *slot.member);
    } else if (slot.expr != nullptr) {
      const Outcome outcome = evaluator_.show(object, *slot.projection, *slot.expr);
      escaped_name(slot.name);
      write(outcome.value, outcome.shape);
    } else if (!slot.value.missing()) {
      escaped_name(slot.name);
      write(slot.value, {});
    }
  }
  if (own.typeless) --typeless_;
  out_ += '}';
}

/// Missing members are left out.
void Renderer::write_member(const Value& object, const Member& member) {
  const Value value = view_.member(object, member);
  if (value.missing() && !show_nulls_) return;
  name(member.name);
  write(value, {});
}

/// Elements of a collection are mostly of one type: what they show is worked out once.
const Projection& Renderer::projection(const Type& type, Shape shape) {
  for (const CachedProjection& own : projections_) {
    if (own.type == &type && own.shape.data() == shape.data() && own.shape.size() == shape.size()) {
      return own.projection;
    }
  }
  projections_.push_back({&type, shape, project(view_, type, shape)});
  return projections_.back().projection;
}

/// `identifiers` is an open object: its keys are data.
void Renderer::write_identifiers(const Value& identifiers) {
  open_object("common identifiers", false);
  name("key");
  out_ += '"';
  view_.keys.append(out_, identifiers.table(), identifiers.row());
  out_ += '"';
  const Member& member = view_.type_of(identifiers.table(), identifiers.row()).members[0];
  const void* row = view_.store.table(identifiers.table()).row(identifiers.row());
  for (const Identifier& own : field<Identifiers>(row, member)) {
    name(view_.store.view(own.key));
    append_json_string(out_, view_.store.view(own.value));
  }
  out_ += '}';
}

void Renderer::write_record(const Record& record) {
  open_object(record.type, false);
  for (const Record::Field& own : record.fields) {
    if (!own.by_default || own.value.missing()) continue;
    escaped_name(own.name);
    write(own.value, {});
  }
  out_ += '}';
}

}  // namespace waybill::query

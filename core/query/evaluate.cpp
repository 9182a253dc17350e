#include "query/evaluate.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "query/advice.hpp"
#include "query/arguments.hpp"
#include "query/compare.hpp"
#include "query/json_value.hpp"
#include "query/primitive.hpp"
#include "query/shape.hpp"

/// Chains and their steps.
namespace waybill::query {

namespace {

bool holds_objects(const View& view, const Value& list) {
  if (list.list() == ListKind::rows || list.list() == ListKind::refs ||
      list.list() == ListKind::objects) {
    return true;
  }
  bool objects = false;
  view.each(list, [&](const Value& item) {
    objects = item.is_object();
    return false;
  });
  return objects;
}

}  // namespace

bool parse_index(std::string_view text, int64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end != text.data() + text.size() || text.empty()) return false;
  if (error == std::errc::result_out_of_range) {
    out = text.starts_with('-') ? INT64_MIN / 2 : INT64_MAX / 2;
  }
  return error != std::errc::invalid_argument;
}

std::string_view step_text(const View& view, const Link& link) {
  const char* mark = link.kind == LinkKind::each     ? "*"
                     : link.kind == LinkKind::finder ? "@"
                                                     : nullptr;
  if (link.kind != LinkKind::keyed && mark == nullptr) return link.name;
  std::string text = mark == nullptr ? std::string(link.name) + "=" + std::string(link.value)
                                     : mark + std::string(link.name);
  return view.arena.copy(text);
}

Failure too_large() {
  return fail(Code::result_too_large, "Result too large: narrow it with ~take or ~just");
}

Failure Evaluator::take_failure() {
  if (view_.overspent()) report(too_large());
  return std::exchange(failure_, {});
}

bool Evaluator::keep(std::vector<Value>& list, const Value& value) {
  if (++kept_ > limits::kept_values) {
    report(too_large());
    return false;
  }
  list.push_back(value);
  return true;
}

/// A list that can be read more than once.
Value Evaluator::kept(const Value& list) {
  if (!list.is_list() || list.list() != ListKind::stream) return list;
  std::vector<Value> items;
  view_.each(list, [&](const Value& item) { return keep(items, item) && !failed(); });
  return Value::values(view_.arena.copy(items));
}

Result<Outcome> Evaluator::run(Value start, std::span<const Link> links) {
  Outcome outcome = walk(start, links, Mode::path);
  Failure wrong = take_failure();
  if (!outcome.found && wrong && wrong->code != Code::ambiguous_identifier) return outcome;
  if (outcome.found) {
    if (Failure failure = check_arguments(links)) return failure;
  }
  if (wrong) return wrong;
  return outcome;
}

Outcome Evaluator::select(const Value& start, const Expr& expr) {
  Outcome out = evaluate(start, expr);
  if (expr.conversion == Conversion::none) return out;
  out.value = convert(out.value, expr.conversion);
  out.shape = {};
  return out;
}

Outcome Evaluator::show(const Value& object, const Link& projection, const Expr& expr) {
  uint32_t position = 0;
  for (uint32_t i = object.positions(); i != 0; i = positions_[i - 1].earlier) {
    if (positions_[i - 1].projection != &projection) continue;
    position = positions_[i - 1].at;
    break;
  }
  const uint32_t outer = std::exchange(index, position);
  const Outcome out = select(object, expr);
  index = outer;
  return out;
}

void Evaluator::note_position(Value& object, const Link& projection, uint32_t position) {
  if (++kept_ > limits::kept_values) report(too_large());
  positions_.push_back({&projection, position, object.positions()});
  object.set_positions(static_cast<uint32_t>(positions_.size()));
}

Outcome Evaluator::evaluate(const Value& start, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::chain:
      return walk(start, expr.links, Mode::selector);
    case ExprKind::concat:
      return concatenate(start, expr);
    case ExprKind::coalesce:
      for (const Expr& part : expr.parts) {
        Outcome out = select(start, part);
        if (!out.value.missing()) return out;
      }
      return {};
    case ExprKind::conditional:
      break;
  }
  const bool truth = is_truthy(view_, select(start, expr.parts[0]).value);
  return select(start, expr.parts[truth ? 1 : 2]);
}

/// Texts if all parts are single values, else one flat array (Q-86). What is missing adds nothing.
Outcome Evaluator::concatenate(const Value& start, const Expr& expr) {
  std::vector<Value> parts;
  bool scalar = true;
  for (const Expr& part : expr.parts) {
    const Outcome out = select(start, part);
    if (out.value.is_list()) {
      scalar = false;
      view_.each(out.value, [&](const Value& item) {
        return keep(parts, shaped(view_, item, out.shape)) && !failed();
      });
    } else if (!out.value.missing()) {
      scalar = scalar && out.value.is_scalar();
      keep(parts, shaped(view_, out.value, out.shape));
    }
  }
  Outcome out;
  if (!scalar) {
    out.value = Value::values(view_.arena.copy(parts));
  } else if (!parts.empty()) {
    Bytes text;
    for (const Value& part : parts) text += text_of(view_, part).text();
    out.value = Value::of(view_.arena.copy(text.view()));
  }
  return out;
}

Value Evaluator::convert(const Value& value, Conversion conversion) {
  if (value.missing()) return {};
  switch (conversion) {
    case Conversion::string:
      return text_of(view_, value);
    case Conversion::number: {
      const Value text = text_of(view_, value);
      const auto number = text.is_text() ? Decimal::parse(text.text()) : std::nullopt;
      return number ? Value::of_count(*number) : Value{};
    }
    case Conversion::boolean:
      if (value.is_text() && value.text() == "false") return Value::of(false);
      return Value::of(is_truthy(view_, value));
    case Conversion::none:
      break;
  }
  return value;
}

Outcome Evaluator::walk(Value start, std::span<const Link> links, Mode mode) {
  Outcome now;
  now.value = start;
  for (size_t i = 0; i < links.size() && now.found;) {
    if (links[i].kind == LinkKind::root) {
      std::span<const Link> rest = links.subspan(i + 1);
      now = {};
      if (around_.directory == nullptr || !around_.directory->open(rest, now.value)) return {};
      i = links.size() - rest.size();
    } else if (links[i].kind != LinkKind::op) {
      now = step(now, links[i], mode);
      ++i;
    } else {
      size_t end = i;
      while (end < links.size() && links[end].kind == LinkKind::op) ++end;
      pipeline(now, links.subspan(i, end - i), mode);
      i = end;
    }
  }
  if (!now.found && mode == Mode::selector) return {};  // null inside a selector (Q-33, Q-85)
  return now;
}

Outcome Evaluator::step(const Outcome& from, const Link& link, Mode mode) {
  Outcome out;
  switch (link.kind) {
    case LinkKind::self:
      return from;
    case LinkKind::literal:
      out.value = Value::of(link.name);
      return out;
    case LinkKind::index:
      out.value = Value::of_count(index);
      return out;
    case LinkKind::prior:  // there is none outside of `~map`
      return out;
    default:
      break;
  }
  if (from.value.kind() == ValueKind::shaped) {
    const auto& inner = *static_cast<const Shaped*>(from.value.data());
    return step({inner.value, inner.shape}, link, mode);
  }
  if (from.value.missing()) return out;  // null stays null (Q-12)
  if (from.value.is_list()) {
    Outcome list = from;
    list.value = kept(from.value);
    return step_into_list(list, link, mode);
  }
  if (from.value.kind() == ValueKind::json) {
    return step({value_of_json(view_, from.value.text()), {}}, link, mode);
  }
  if (from.value.is_scalar()) return step_into_scalar(from.value, link);
  return step_into_one(from, link, mode);
}

Outcome Evaluator::step_into_scalar(const Value& from, const Link& link) {
  Outcome out;
  const PrimitiveMember member = primitive_member(view_, from, step_text(view_, link));
  switch (member.found) {
    case PrimitiveMember::Found::yes:
      out.value = member.value;
      if (member.separator_absent) hint(traps::absent_separator, link.span);
      break;
    case PrimitiveMember::Found::unknown:
      hint(traps::unknown_member, link.span);
      break;
    case PrimitiveMember::Found::unsupported:
      report_of_rows(not_supported("'" + std::string(link.name) + "'", false));
      break;
  }
  return out;
}

Outcome Evaluator::step_into_one(const Outcome& from, const Link& link, Mode mode) {
  Outcome out;
  if (link.kind == LinkKind::each) {  // of one thing as of a list of one
    out.value = collect({Value::values(view_.arena.copy(std::vector{from.value})), from.shape},
                        link, false);
    return out;
  }
  if (const Alias alias = find_alias(from.shape, link); alias.expr != nullptr) {
    return show(from.value, *alias.projection, *alias.expr);
  }
  const Value& value = from.value;
  const bool malformed = value.kind() == ValueKind::identifiers && !is_identifier_name(link.name);
  if (link.kind != LinkKind::step || malformed) {
    out.found = mode == Mode::selector;
    return out;
  }
  if (const Type* type = view_.type_of(value)) {
    const Member* member = type->find(link.name);
    if (member != nullptr && member->kind == Kind::refused) {
      report_of_rows(not_supported("'" + std::string(link.name) + "'", member->planned));
      return out;
    }
  }
  bool declared;
  out.value = view_.member(value, link.name, declared);
  if (out.value.kind() == ValueKind::shaped) {
    const auto& inner = *static_cast<const Shaped*>(out.value.data());
    return {inner.value, inner.shape};
  }
  out.found = declared || mode == Mode::selector;
  return out;
}

Outcome Evaluator::step_into_list(const Outcome& from, const Link& link, Mode mode) {
  Outcome out;
  const Value& list = from.value;
  if (link.kind == LinkKind::each) {
    out.value = collect(from, link, false);
    return out;
  }
  if (link.kind == LinkKind::keyed) return find_in_list(list, link.name, link.value, mode);
  if (link.name == "count" || link.name == "length") {
    out.value = Value::of_count(view_.size(list));
    return out;
  }
  const bool objects = holds_objects(view_, list);
  int64_t at;
  if (parse_index(link.name, at) && (mode == Mode::selector || !is_keyed(view_, list))) {
    const uint32_t size = view_.size(list);
    if (at < 0) at += size;
    if (at < 0 || at >= size) return out;
    view_.each(list, [&](const Value& item) {
      out.value = item;
      return at-- > 0;
    });
    out.shape = from.shape;
    if (out.value.kind() != ValueKind::shaped) return out;
    const auto& inner = *static_cast<const Shaped*>(out.value.data());
    return {inner.value, inner.shape};
  }
  if (mode == Mode::selector && link.kind == LinkKind::step && objects &&
      is_database_key(link.name)) {
    return find_in_list(list, "key", link.name, mode);
  }
  if (mode == Mode::path) {
    if (objects && link.kind == LinkKind::step) return find_in_list(list, "key", link.name, mode);
    out.found = false;
    return out;
  }
  out.value = collect(from, link, true);
  return out;
}

/// That member of each element, what is missing left out (Q-18, Q-19). `splice`: lists are opened.
Value Evaluator::collect(const Outcome& list, const Link& link, bool splice) {
  Link member_link = link;
  if (link.kind == LinkKind::each) member_link.kind = LinkKind::step;
  std::vector<Value> members;
  view_.each(list.value, [&](const Value& item) {
    const Outcome member = step({item, list.shape}, member_link, Mode::selector);
    if (member.value.is_list() && splice) {
      view_.each(member.value, [&](const Value& part) {
        return keep(members, shaped(view_, part, member.shape));
      });
    } else if (!member.value.missing()) {
      keep(members, shaped(view_, kept(member.value), member.shape));
    }
    return !failed();
  });
  return Value::values(view_.arena.copy(members));
}

bool Evaluator::carries(const Value& item, std::string_view key, std::string_view value) {
  bool declared;
  const Value identifiers = view_.member(item, "identifiers", declared);
  if (!declared || identifiers.kind() != ValueKind::identifiers) return false;
  const Value own = view_.member(identifiers, key, declared);
  return own.is_text() && own.text() == value;
}

/// In a path exactly one element carries the identifier: none is not found, several are a conflict
/// (Q-4, Q-6). A selector takes the first.
Outcome Evaluator::find_in_list(const Value& list, std::string_view key, std::string_view value,
                                Mode mode) {
  Outcome out;
  uint32_t count = 0;
  view_.each(list, [&](const Value& item) {
    if (!item.is_object() || !carries(item, key, value)) return true;
    if (++count == 1) out.value = item;
    return mode == Mode::path && count == 1;
  });
  if (mode == Mode::selector) return out;
  out.found = count == 1;
  if (count > 1) {
    report(fail(Code::ambiguous_identifier, "Several elements carry " + std::string(key) + "=" +
                                                std::string(value) + "; use ~where, or the key."));
  }
  return out;
}

bool Evaluator::matches(const Value& element, const Predicate& predicate) {
  view_.spend(1);
  const bool outer = std::exchange(in_predicate_, true);
  const bool fits = holds(view_, select(element, predicate.left).value, predicate);
  in_predicate_ = outer;
  return fits;
}

}  // namespace waybill::query

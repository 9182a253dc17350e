#include <algorithm>

#include "base/limits.hpp"
#include "query/advice.hpp"
#include "query/arguments.hpp"
#include "query/compare.hpp"
#include "query/evaluate.hpp"
#include "query/json_value.hpp"
#include "query/plan.hpp"
#include "query/primitive.hpp"
#include "query/shape.hpp"
#include "query/stream.hpp"

/// Operators over values (chapter 01 sections 4 and 5), left to right.
namespace waybill::query {

bool is_projection(Op op) {
  return op == Op::with || op == Op::with_all || op == Op::just || op == Op::without ||
         op == Op::simple_just || op == Op::typeless;
}

bool names_index(const Expr& expr) {
  return (!expr.links.empty() && expr.links[0].kind == LinkKind::index) ||
         std::any_of(expr.parts.begin(), expr.parts.end(),
                     [](const Expr& part) { return names_index(part); });
}

bool names_index(const Link& op) {
  return std::any_of(op.selectors.begin(), op.selectors.end(),
                     [](const Selector& own) { return names_index(own.expr); }) ||
         std::any_of(op.predicates.begin(), op.predicates.end(),
                     [](const Predicate& own) { return names_index(own.left); }) ||
         (op.sort != nullptr && names_index(op.sort->expr));
}

bool takes_no_argument(Op op) {
  switch (op) {
    case Op::first:
    case Op::last:
    case Op::count:
    case Op::flat:
    case Op::entries:
    case Op::distinct:
    case Op::typeless:
    case Op::with_all:
    case Op::to_lower:
    case Op::to_upper:
    case Op::to_string:
      return true;
    default:
      return false;
  }
}

bool shapes(Op op) {
  return is_projection(op) || op == Op::where || op == Op::either;
}

namespace {

/// Operators after which a value is another one, so that what was said of its form is done with.
bool ends_shape(Op op) {
  return op == Op::entries || op == Op::array || op == Op::count || op == Op::join;
}

/// Operators that make other elements than those they get.
bool makes_others(Op op) {
  return op == Op::entries || op == Op::array || op == Op::flat || op == Op::to_lower ||
         op == Op::to_upper || op == Op::to_string;
}

}  // namespace

/// Applies a run of operators. A collection of rows goes through the planner first, which takes as
/// many operators of the run as its indexes can serve.
void Evaluator::pipeline(Outcome& now, std::span<const Link> ops, Mode mode) {
  const Shape before = now.shape;
  now.shape = ops;
  if (now.value.kind() == ValueKind::shaped) {
    const auto inner = *static_cast<const Shaped*>(now.value.data());
    now.value = inner.value;
  }
  for (const Link& op : ops) {
    if (op.op == Op::unknown) {
      now = {};
      now.found = false;
      now.details = view_.arena.copy("Unknown operator '" + std::string(op.name) + "'");
      return;
    }
  }
  Value source = now.value;  // tells what the elements are when the stream in its place cannot
  if (now.value.kind() == ValueKind::json) now.value = value_of_json(view_, now.value.text());
  size_t i = 0;
  if (now.value.is_list() && now.value.list() == ListKind::rows) {
    i = plan_rows(*this, now.value, ops);
  }
  for (; i < ops.size(); ++i) {
    const Link& op = ops[i];
    if (op.has_parentheses && refuse_empty_parentheses(now, op, mode)) return;
    if (is_projection(op.op)) {
      if (now.value.is_list() && names_index(op)) {
        now.value =
            Value::stream(*view_.arena.place<Numbered>(*this, open_list(view_, now.value), op));
      }
      continue;
    }
    if (op.op == Op::map && !op.value.empty()) {
      now = {};
      now.found = false;
      now.details = view_.arena.copy("There is no active mapped type with name '" +
                                     std::string(op.value) + "'");
      return;
    }
    if (op.op == Op::order && !op.value.empty() && op.value != "asc" && op.value != "desc") {
      now = {};
      now.found = false;
      now.details = "'order' takes asc or desc.";
      return;
    }
    // What was projected before an operator that looks at the form: aliases, dropped members.
    const Shape so_far = now.shape.first(static_cast<size_t>(&op - now.shape.data()));
    const uint32_t outer = std::exchange(index, 0);
    now.value = now.value.is_list() ? apply_to_list(now.value, source, now.shape, so_far.size())
                                    : apply_to_one(now.value, op, so_far.empty() ? before : so_far);
    index = outer;
    if (makes_others(op.op)) source = now.value;
    if (ends_shape(op.op)) now.shape = now.shape.subspan(so_far.size() + 1);
    if (failed()) return;
  }
}

/// "()" behind an operator that takes none. True if that ends the chain.
bool Evaluator::refuse_empty_parentheses(Outcome& now, const Link& op, Mode mode) {
  if (!takes_no_argument(op.op)) return false;
  const bool never_found =
      op.op == Op::first || op.op == Op::last || op.op == Op::count || op.op == Op::flat;
  const bool null_of_one = op.op == Op::entries;
  const bool list = now.value.is_list();
  now = {};
  now.found = mode == Mode::selector || (!never_found && (list || null_of_one));
  if (now.found) {
    hint(traps::empty_parentheses, op.span);
  } else {
    now.details = view_.arena.copy("Operator '" + std::string(op.name) + "' takes no argument.");
  }
  return true;
}

/// Operator `i` of `ops` on a list; those in front of it have run. `source`: a list of the same
/// elements, or of more.
Value Evaluator::apply_to_list(const Value& list, const Value& source, std::span<const Link> ops,
                               size_t i) {
  const Link& op = ops[i];
  const Shape so_far = ops.first(i);
  const auto each = [&](auto&& apply) {
    std::vector<Value> items;
    ValueStream& input = open_list(view_, list);
    for (Value item; !failed() && input.next(item); ++index) keep(items, apply(item));
    return Value::values(view_.arena.copy(items));
  };
  switch (op.op) {
    case Op::where:
    case Op::either:
      return Value::stream(*view_.arena.place<Filter>(*this, open_list(view_, list), op));
    case Op::take:
      return Value::stream(
          *view_.arena.place<Take>(open_list(view_, list), read_number(op).value_or(0)));
    case Op::skip:
      return Value::stream(
          *view_.arena.place<Skip>(open_list(view_, list), read_number(op).value_or(0)));
    case Op::order_by:
      return op.sort == nullptr ? list : sort(list, source, op, ops.subspan(i + 1));
    case Op::order:
      return sorted_scalars(list, op);
    case Op::first: {
      Value first;
      return open_list(view_, list).next(first) ? first : Value{};
    }
    case Op::last: {
      Value last;
      ValueStream& input = open_list(view_, list);
      for (Value item; !failed() && input.next(item);) last = item;
      return last;
    }
    case Op::count:
      return Value::of_count(static_cast<int64_t>(open_list(view_, list).drain()));
    case Op::distinct:
    case Op::distinct_by:
      return distinct(list, op);
    case Op::flat:
      return flattened(list);
    case Op::join:
      return joined(list, op);
    case Op::array:
      return each([&](const Value& item) { return array(item, so_far, op); });
    case Op::entries:
      return each([&](const Value&) {
        hint(traps::entries_of_list, op.span);
        return Value::record(*view_.arena.make(Record{"entry", false, {}}));
      });
    case Op::repeat:
      return repeated(list, read_number(op).value_or(1));
    case Op::to_lower:
    case Op::to_upper:
    case Op::to_string:
      return each([&](const Value& item) { return apply_to_one(item, op, so_far); });
    default:
      return list;
  }
}

/// What operators do to a single value. `before`: the projections that it went through.
Value Evaluator::apply_to_one(const Value& value, const Link& op, Shape before) {
  if (op.op == Op::count) {  // any non-collection is 1, null too
    hint(traps::count_of_one, op.span);
    return Value::of_count(1);
  }
  if (value.missing()) return value;
  const auto pass_if = [&](bool passes) { return passes ? value : Value::values({}); };
  switch (op.op) {
    case Op::where:
    case Op::either:
      return pass_if(passes(*this, value, op));
    case Op::take:
      return pass_if(read_number(op).value_or(0) > 0);
    case Op::skip:
      return pass_if(read_number(op).value_or(0) == 0);
    case Op::array:
      return array(value, before, op);
    case Op::entries:
      return entries(value, before);
    case Op::join:
      return {};
    case Op::repeat:
      return repeated(value, read_number(op).value_or(1));
    case Op::to_lower:
    case Op::to_upper:
      if (!value.is_text()) return {};
      return primitive_member(view_, value, op.op == Op::to_upper ? "upper" : "lower").value;
    case Op::to_string:
      return text_of(view_, value);
    default:
      return value;
  }
}

/// scalars by their own value; objects have none.
Value Evaluator::sorted_scalars(const Value& list, const Link& op) {
  std::vector<Value> items;
  ValueStream& input = open_list(view_, list);
  for (Value item; !failed() && input.next(item);) {
    if (item.is_object()) {
      report_of_rows(objects_not_sorted("order"));
      return Value::values({});
    }
    keep(items, item);
  }
  const bool descending = op.value == "desc";
  std::stable_sort(items.begin(), items.end(), [&](const Value& a, const Value& b) {
    return descending ? order(a, b) > 0 : order(a, b) < 0;
  });
  return Value::values(view_.arena.copy(items));
}

/// First occurrences by value, or by what a selector gives.
Value Evaluator::distinct(const Value& list, const Link& op) {
  struct Keyed {
    Value key;
    size_t place;
  };
  const Expr* by = distinct_key(op);
  if (by != nullptr && names_bad_identifier(*by)) {
    report_of_rows(undeclared_key("distinct", text_of(around_.raw, by->span)));
    return Value::values({});
  }
  std::vector<Value> items;
  std::vector<Keyed> keyed;
  bool objects = false;
  bool any_key = false;
  ValueStream& input = open_list(view_, list);
  for (Value item; !failed() && input.next(item); ++index) {
    objects = objects || item.is_object();
    const Value key = by == nullptr ? item : sort_value(select(item, *by).value);
    any_key = any_key || !key.missing();
    keyed.push_back({key, items.size()});
    keep(items, item);
  }
  if (by == nullptr && objects) {
    hint(traps::distinct_objects, op.span);
    return Value::values(view_.arena.copy(items));
  }
  if (by != nullptr && !items.empty() && !any_key && by->links.size() > 1 &&
      by->links[0].name == "identifiers") {
    hint(traps::unused_identifier, op.span);
  }
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const Keyed& a, const Keyed& b) { return order(a.key, b.key) < 0; });
  std::vector<size_t> places;
  for (size_t i = 0; i < keyed.size(); ++i) {
    if (i == 0 || order(keyed[i - 1].key, keyed[i].key) != 0) places.push_back(keyed[i].place);
  }
  std::sort(places.begin(), places.end());
  std::vector<Value> kept;
  for (const size_t place : places) kept.push_back(items[place]);
  return Value::values(view_.arena.copy(kept));
}

/// one level; what is no array is kept.
Value Evaluator::flattened(const Value& list) {
  std::vector<Value> items;
  ValueStream& input = open_list(view_, list);
  for (Value item; !failed() && input.next(item);) {
    Value inner = item;
    Shape shape;
    if (item.kind() == ValueKind::shaped) {
      inner = static_cast<const Shaped*>(item.data())->value;
      shape = static_cast<const Shaped*>(item.data())->shape;
    }
    if (!inner.is_list()) {
      keep(items, item);
      continue;
    }
    view_.each(inner, [&](const Value& part) { return keep(items, shaped(view_, part, shape)); });
  }
  return Value::values(view_.arena.copy(items));
}

/// the separator is taken as it stands; what has no text adds nothing.
Value Evaluator::joined(const Value& list, const Link& op) {
  const std::string_view separator = op.value.empty() ? std::string_view(",") : op.value;
  Bytes out;
  bool first = true;
  ValueStream& input = open_list(view_, list);
  for (Value item; !failed() && input.next(item);) {
    if (!first) out += separator;
    first = false;
    out += text_of(view_, item).text();
    if (out.size() > limits::answer_bytes) report(too_large());
  }
  return Value::of(view_.arena.copy(out.view()));
}

/// the members that are shown, as `entry` objects.
Value Evaluator::entries(const Value& value, Shape shape) {
  static constexpr std::string_view type = "entry";
  if (!value.is_object()) return value;
  std::vector<Value> items;
  int64_t place = 0;
  for (const Slot& slot : project(view_, value, shape).slots) {
    Value shown = slot.value;
    if (slot.member != nullptr) shown = view_.member(value, *slot.member);
    if (slot.expr != nullptr) {
      const Outcome outcome = show(value, *slot.projection, *slot.expr);
      shown = shaped(view_, kept(outcome.value), outcome.shape);
    }
    const Record::Field fields[] = {{"key", Value::of(slot.name)},
                                    {"value", shown},
                                    {"index", Value::of_count(++place), false}};
    const auto copied = view_.arena.copy(std::span<const Record::Field>(fields));
    keep(items, Value::record(*view_.arena.make(Record{type, false, copied})));
  }
  return Value::values(view_.arena.copy(items));
}

/// the value and the arguments behind it; what they do not find is null.
Value Evaluator::array(const Value& value, Shape shape, const Link& op) {
  std::vector<Value> items;
  keep(items, shaped(view_, kept(value), shape));
  for (const Selector& selector : op.selectors) {
    const Outcome outcome = select(value, selector.expr);
    keep(items, shaped(view_, kept(outcome.value), outcome.shape));
  }
  return Value::values(view_.arena.copy(items));
}

/// a collection's elements n times in a row; anything else becomes an array of n.
Value Evaluator::repeated(const Value& value, uint64_t times) {
  std::vector<Value> items;
  if (value.is_list()) {
    ValueStream& input = open_list(view_, value);
    for (Value item; !failed() && input.next(item);) keep(items, item);
  } else {
    keep(items, value);
  }
  return Value::stream(*view_.arena.place<Repeat>(view_.arena.copy(items), times));
}

}  // namespace waybill::query

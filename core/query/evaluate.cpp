#include "query/evaluate.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/limits.hpp"
#include "query/declared.hpp"

namespace waybill::query {

bool is_projection(Op op) {
  return op == Op::with || op == Op::with_all || op == Op::just;
}

namespace {

bool is_null_literal(const Predicate& predicate) {
  if (predicate.quoted) return false;
  std::string lower;
  for (const char c : predicate.value)
    lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return lower == "null" || predicate.value == "undefined";
}

bool holds(Cmp cmp, int order) {
  switch (cmp) {
    case Cmp::eq:
      return order == 0;
    case Cmp::lt:
      return order < 0;
    case Cmp::le:
      return order <= 0;
    case Cmp::gt:
      return order > 0;
    case Cmp::ge:
      return order >= 0;
    default:
      return false;
  }
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

/// UTF-8 keeps the order of code points when bytes are compared unsigned.
int compare_text(std::string_view a, std::string_view b) {
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/// Bytes of text that one comparison looks at for the price of a value (see View::spend).
constexpr size_t compared_at_once = 256;

bool parse_index(std::string_view text, int64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

/// The number of `take` and `skip`; none for one that is wrong, which check_arguments reports.
std::optional<uint64_t> read_number(const Link& op) {
  uint64_t number = 0;
  const std::string_view text = op.value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size() || error != std::errc{}) return std::nullopt;
  return number;
}

Failure check_number(const Link& op, uint64_t limit) {
  const std::string_view text = op.value;
  const std::string name(op.name);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return fail(Code::invalid_argument,
                "Operator '" + name + "' requires a non-negative whole number");
  }
  const auto number = read_number(op);
  if (number && *number <= limit) return {};
  return fail(Code::invalid_argument,
              "Operator '" + name + "' accepts at most " + std::to_string(limit));
}

Failure argument_required(const Link& op, std::string_view form) {
  const std::string name(op.name);
  return fail(Code::missing_argument, "Operator '" + name + "' requires an argument — write '~" +
                                          name + "(<" + std::string(form) + ">)'.");
}

Failure check_argument(const Link& op) {
  switch (op.op) {
    case Op::take:
      return op.value.empty() ? argument_required(op, "number")
                              : check_number(op, limits::max_take);
    case Op::skip:
      return op.value.empty() ? Failure{} : check_number(op, limits::max_skip);
    case Op::order_by:
      return op.sort == nullptr ? argument_required(op, "resource selector") : Failure{};
    default:
      return {};
  }
}

/// Calls `check(chain)` for every chain in the arguments of a link until one fails.
template <class Check>
Failure check_chains(const Link& link, Check&& check) {
  for (const Selector& selector : link.selectors) {
    if (Failure failure = check(selector.expr)) return failure;
  }
  for (const Predicate& predicate : link.predicates) {
    if (Failure failure = check(predicate.left)) return failure;
  }
  return link.sort == nullptr ? Failure{} : check(link.sort->expr);
}

/// What this version evaluates of the language.
class Availability {
 public:
  explicit Availability(std::string_view raw) : raw_(raw) {}

  Failure check(std::span<const Link> links) const {
    for (const Link& link : links) {
      if (Failure failure = check(link)) return failure;
    }
    return {};
  }

 private:
  Failure check(const Expr& expr) const {
    if (expr.kind != ExprKind::chain) return not_yet("An expression of several parts");
    if (expr.conversion != Conversion::none) return not_yet("A conversion ('->')");
    return check(expr.links);
  }

  Failure check(const Link& link) const {
    switch (link.kind) {
      case LinkKind::step:
      case LinkKind::keyed:
      case LinkKind::self:
        return {};
      case LinkKind::op:
        break;
      default:
        return not_yet("'" + text(link) + "' in a path or selector");
    }
    switch (link.op) {
      case Op::with:
      case Op::with_all:
      case Op::just:
      case Op::where:
      case Op::order_by:
      case Op::take:
      case Op::skip:
      case Op::first:
      case Op::last:
      case Op::count:
      case Op::unknown:
        break;
      case Op::unsupported:
        return not_supported("Operator '" + std::string(link.name) + "'", false);
      default:
        return not_yet("Operator '" + std::string(link.name) + "'");
    }
    return check_chains(link, [&](const Expr& expr) { return check(expr); });
  }

  static Failure not_yet(const std::string& what) { return not_supported(what, true); }
  std::string text(const Link& link) const {
    const std::string_view raw = raw_.substr(link.span.begin, link.span.end - link.span.begin);
    return std::string(raw.substr(0, 100));
  }

  std::string_view raw_;
};

}  // namespace

Failure check_available(const Target& target, std::string_view raw) {
  if (!target.parameters.empty()) return not_supported("A query string", true);
  return Availability(raw).check(target.links);
}

Failure check_arguments(std::span<const Link> links) {
  for (const Link& link : links) {
    if (link.kind != LinkKind::op) continue;
    if (Failure failure = check_argument(link)) return failure;
    Failure nested =
        check_chains(link, [](const Expr& expr) { return check_arguments(expr.links); });
    if (nested) return nested;
  }
  return {};
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

Outcome Evaluator::walk(Value start, std::span<const Link> links, Mode mode) {
  Outcome now;
  now.value = start;
  for (size_t i = 0; i < links.size();) {
    if (links[i].kind != LinkKind::op) {
      now = step(now.value, links[i], mode);
      if (!now.found) return now;
      ++i;
      continue;
    }
    size_t end = i;
    while (end < links.size() && links[end].kind == LinkKind::op) ++end;
    now.shape = links.subspan(i, end - i);
    for (const Link& op : now.shape) {
      if (op.op != Op::unknown) continue;
      Outcome unknown;
      unknown.found = mode == Mode::selector;  // null inside a selector
      unknown.unknown_operator = &op;
      return unknown;
    }
    pipeline(now.value, now.shape);
    i = end;
  }
  return now;
}

Outcome Evaluator::step(const Value& from, const Link& link, Mode mode) {
  Outcome out;
  if (link.kind == LinkKind::self) {
    out.value = from;
    return out;
  }
  if (from.missing()) return out;  // null stays null
  if (from.is_list()) return step_into_list(from, link, mode);
  const bool single = from.is_scalar() || from.kind() == ValueKind::json;
  if (single && link.kind == LinkKind::step) {
    report(not_supported("'" + std::string(link.name) + "' of a single value", true));
    return out;
  }
  const bool malformed = from.kind() == ValueKind::identifiers && !is_identifier_name(link.name);
  if (link.kind == LinkKind::keyed || !from.is_object() || malformed) {
    out.found = mode == Mode::selector;
    return out;
  }
  if (const Type* type = view_.type_of(from)) {
    const Member* member = type->find(link.name);
    if (member != nullptr && member->kind == Kind::refused) {
      report(not_supported("'" + std::string(link.name) + "'", member->planned));
      return out;
    }
  }
  bool declared;
  out.value = view_.member(from, link.name, declared);
  out.found = declared || mode == Mode::selector;
  return out;
}

Outcome Evaluator::step_into_list(const Value& list, const Link& link, Mode mode) {
  Outcome out;
  if (link.kind == LinkKind::keyed) return find_in_list(list, link.name, link.value, mode);
  if (link.name == "count" || link.name == "length") {
    out.value = Value::of_count(view_.size(list));
    return out;
  }
  bool objects = list.list() == ListKind::rows || list.list() == ListKind::refs;
  view_.each(list, [&](const Value& item) {
    objects = objects || item.kind() == ValueKind::entity;
    return false;
  });
  int64_t index;
  if (parse_index(link.name, index) && (mode == Mode::selector || !objects)) {
    const uint32_t size = view_.size(list);
    if (index < 0) index += size;
    if (index < 0 || index >= size) return out;
    view_.each(list, [&](const Value& item) {
      out.value = item;
      return index-- > 0;
    });
    return out;
  }
  if (mode == Mode::path) {
    if (objects) return find_in_list(list, "key", link.name, mode);
    out.found = false;
    return out;
  }
  std::vector<Value> members;
  view_.each(list, [&](const Value& item) {
    const Value member = step(item, link, mode).value;
    if (member.is_list()) {
      view_.each(member, [&](const Value& part) { return keep(members, part); });
    } else if (!member.missing()) {
      keep(members, member);
    }
    return !failed();
  });
  out.value = Value::values(view_.arena.copy(members));
  return out;
}

bool Evaluator::carries(const Value& item, std::string_view key, std::string_view value) {
  bool declared;
  const Value identifiers = view_.member(item, "identifiers", declared);
  if (!declared) return false;
  const Value own = view_.member(identifiers, key, declared);
  return own.is_text() && own.text() == value;
}

/// In a path exactly one element carries the identifier: none is not found, several are a conflict
/// . A selector takes the first.
Outcome Evaluator::find_in_list(const Value& list, std::string_view key, std::string_view value,
                                Mode mode) {
  Outcome out;
  uint32_t count = 0;
  view_.each(list, [&](const Value& item) {
    if (!carries(item, key, value)) return true;
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

/// A run of operators over one value, left to right. A collection streams into a list first;
/// `where` and `take` at the front of the run stop it early.
void Evaluator::pipeline(Value& value, std::span<const Link> ops) {
  if (!value.is_list()) return pipeline_of_one(value, ops);
  if (ops.size() == 1 && ops[0].op == Op::count) {
    value = Value::of_count(view_.size(value));
    return;
  }
  // Leading filters and the first take run while the collection is walked.
  std::vector<const Link*> filters;
  uint64_t room = UINT64_MAX;
  size_t next = 0;
  for (; next < ops.size(); ++next) {
    const Link& op = ops[next];
    if (is_projection(op.op)) continue;
    if (op.op == Op::where && room == UINT64_MAX) {
      filters.push_back(&op);
    } else if (op.op == Op::take && room == UINT64_MAX) {
      room = read_number(op).value_or(0);
    } else {
      break;
    }
  }
  if (filters.empty() && room == UINT64_MAX && next == ops.size()) {
    return;  // projections alone leave the collection as it is
  }
  Items items;
  view_.each(value, [&](const Value& item) {
    if (items.list.size() >= room) return false;
    for (const Link* filter : filters) {
      if (!matches(item, filter->predicates)) return true;
    }
    return keep(items.list, item);
  });
  for (; next < ops.size(); ++next) {
    if (is_projection(ops[next].op)) continue;
    if (items.is_single) {
      value = items.single;
      return pipeline_of_one(value, ops.subspan(next));
    }
    apply(items, ops[next], value);
  }
  value = items.is_single ? items.single : Value::values(view_.arena.copy(items.list));
}

/// What operators do to a single value.
void Evaluator::pipeline_of_one(Value& value, std::span<const Link> ops) {
  for (size_t i = 0; i < ops.size(); ++i) {
    const Link& op = ops[i];
    if (op.op == Op::count) {  // any non-collection is 1, null too
      value = Value::of_count(1);
      continue;
    }
    if (value.missing()) continue;
    bool keep = true;
    if (op.op == Op::where) keep = matches(value, op.predicates);
    if (op.op == Op::take) keep = read_number(op).value_or(0) > 0;
    if (op.op == Op::skip) keep = read_number(op).value_or(0) == 0;
    if (keep) continue;
    value = Value::values({});
    return pipeline(value, ops.subspan(i + 1));
  }
}

/// `source`: the list that the items come from.
void Evaluator::apply(Items& items, const Link& op, const Value& source) {
  std::vector<Value>& list = items.list;
  switch (op.op) {
    case Op::where:
      std::erase_if(list, [&](const Value& item) { return !matches(item, op.predicates); });
      return;
    case Op::order_by:
      if (op.sort != nullptr) sort(list, *op.sort, source);
      return;
    case Op::take:
      if (const uint64_t n = read_number(op).value_or(0); n < list.size()) {
        list.resize(static_cast<size_t>(n));
      }
      return;
    case Op::skip: {
      const uint64_t n = std::min<uint64_t>(read_number(op).value_or(0), list.size());
      list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(n));
      return;
    }
    case Op::first:
    case Op::last:
      items.is_single = true;
      if (!list.empty()) items.single = op.op == Op::first ? list.front() : list.back();
      return;
    case Op::count:
      items.is_single = true;
      items.single = Value::of_count(static_cast<int64_t>(list.size()));
      return;
    default:
      return;
  }
}

/// Sorts by a declared member or path; an empty collection accepts every key.
void Evaluator::sort(std::vector<Value>& items, const SortKey& key, const Value& source) {
  if (items.empty()) return;
  if (!is_declared(view_, element_types(view_, source), key.expr.links)) {
    return report(fail(Code::invalid_sort_key,
                       "Invalid sort key '" + std::string(key.text) + "': field not found"));
  }
  struct Keyed {
    Value key;
    Value item;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(items.size());
  for (const Value& item : items) {
    keyed.push_back({sort_value(select(item, key.expr).value), item});
    if (failed()) return;
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    if (view_.overspent()) return false;
    view_.spend(1 + (a.key.is_text() ? a.key.text().size() : 0) / compared_at_once);
    const int by_key = order(a.key, b.key);
    return key.descending ? by_key > 0 : by_key < 0;
  });
  for (size_t i = 0; i < items.size(); ++i) items[i] = keyed[i].item;
}

/// An array is sorted by its elements, joined by commas.
Value Evaluator::sort_value(const Value& value) {
  if (!value.is_list()) return value;
  Bytes joined;
  view_.each(value, [&](const Value& item) {
    if (!joined.empty()) joined += ',';
    if (item.is_text()) joined += item.text();
    if (item.is_number()) item.number().append_to(joined);
    return joined.size() < limits::text_bytes;
  });
  kept_ += joined.size() / sizeof(Value);
  if (kept_ > limits::kept_values) report(too_large());
  return Value::of(view_.arena.copy(joined.view()));
}

bool Evaluator::matches(const Value& element, std::span<const Predicate> predicates) {
  return std::all_of(predicates.begin(), predicates.end(),
                     [&](const Predicate& each) { return matches(element, each); });
}

bool Evaluator::matches(const Value& element, const Predicate& predicate) {
  view_.spend(1);
  const Value left = select(element, predicate.left).value;
  switch (predicate.cmp) {
    case Cmp::truthy:
      return is_truthy(view_, left);
    case Cmp::falsy:
      return !is_truthy(view_, left);
    case Cmp::ne:
      return !compare(left, Cmp::eq, predicate);
    case Cmp::not_contains:
      return !compare(left, Cmp::contains, predicate);
    default:
      return compare(left, predicate.cmp, predicate);
  }
}

/// the left value's type decides how the literal is read; of an array some element fits.
bool Evaluator::compare(const Value& left, Cmp cmp, const Predicate& predicate) {
  if (left.missing()) return cmp == Cmp::eq && is_null_literal(predicate);
  if (is_null_literal(predicate)) return false;
  if (!left.is_list()) return compare_scalar(left, cmp, predicate);
  bool some = false;
  view_.each(left, [&](const Value& item) {
    // An element that is no text has no parts: it "contains" what it equals.
    const bool whole = cmp == Cmp::contains && item.is_scalar() && !item.is_text();
    some = compare_scalar(item, whole ? Cmp::eq : cmp, predicate);
    return !some;
  });
  return some;
}

bool Evaluator::compare_scalar(const Value& left, Cmp cmp, const Predicate& predicate) {
  const std::string_view literal = predicate.value;
  switch (left.kind()) {
    case ValueKind::text:
      if (cmp == Cmp::contains) return left.text().find(literal) != std::string_view::npos;
      return holds(cmp, compare_text(left.text(), literal));
    case ValueKind::decimal:
    case ValueKind::count:
    case ValueKind::amount: {
      const auto number = Decimal::parse(literal);
      return number && !predicate.quoted && holds(cmp, three_way(left.number(), *number));
    }
    case ValueKind::boolean:
      if (cmp != Cmp::eq) return false;
      return (literal == "true" && left.truth()) || (literal == "false" && !left.truth());
    case ValueKind::instant: {
      const auto at = Instant::parse(literal);
      return at && holds(cmp, three_way(left.instant(), *at));
    }
    default:
      return false;
  }
}

bool is_truthy(const View& view, const Value& value) {
  switch (value.kind()) {
    case ValueKind::missing:
      return false;
    case ValueKind::boolean:
      return value.truth();
    case ValueKind::decimal:
    case ValueKind::count:
    case ValueKind::amount:
      return !value.number().is_zero();
    case ValueKind::text:
      return !value.text().empty();
    case ValueKind::list:
      return view.size(value) != 0;
    default:
      return true;
  }
}

int order(const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return three_way(!a.missing(), !b.missing());
  if (a.is_number() && b.is_number()) return three_way(a.number(), b.number());
  if (a.kind() != b.kind()) return three_way(a.kind(), b.kind());
  if (a.kind() == ValueKind::instant) return three_way(a.instant(), b.instant());
  if (a.kind() == ValueKind::boolean) return three_way(a.truth(), b.truth());
  return a.is_text() ? compare_text(a.text(), b.text()) : 0;
}

}  // namespace waybill::query

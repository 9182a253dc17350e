#include "query/evaluate.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "schema/keys.hpp"

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

bool parse_index(std::string_view text, int64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

Failure argument_required(const Link& op, std::string_view form) {
  const std::string name(op.name);
  return fail(Code::missing_argument, "Operator '" + name + "' requires an argument — write '~" +
                                          name + "(<" + std::string(form) + ">)'.");
}

/// The number of `take` and `skip`.
Failure read_number(const Link& op, uint64_t limit, uint64_t& out) {
  const std::string name(op.name);
  const std::string_view text = op.value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    return fail(Code::invalid_argument,
                "Operator '" + name + "' requires a non-negative whole number");
  }
  if (error != std::errc{} || out > limit) {
    return fail(Code::invalid_argument,
                "Operator '" + name + "' accepts at most " + std::to_string(limit));
  }
  return {};
}

Failure not_yet(std::string what) {
  return fail(Code::not_supported, what + " is not available yet");
}

Failure check_links(std::span<const Link> links);

Failure check_expr(const Expr& expr) {
  if (expr.kind != ExprKind::chain) return not_yet("An expression of several parts");
  if (expr.conversion != Conversion::none) return not_yet("A conversion ('->')");
  return check_links(expr.links);
}

Failure check_link(const Link& link) {
  switch (link.kind) {
    case LinkKind::step:
    case LinkKind::keyed:
    case LinkKind::self:
      return {};
    case LinkKind::op:
      break;
    default:
      return not_yet("'" + std::string(link.name) + "' in a path or selector");
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
      return fail(Code::not_supported,
                  "Operator '" + std::string(link.name) + "' is not supported");
    default:
      return not_yet("Operator '" + std::string(link.name) + "'");
  }
  for (const Selector& selector : link.selectors) {
    if (Failure failure = check_expr(selector.expr)) return failure;
  }
  for (const Predicate& predicate : link.predicates) {
    if (Failure failure = check_expr(predicate.left)) return failure;
  }
  if (link.sort != nullptr) return check_expr(link.sort->expr);
  return {};
}

Failure check_links(std::span<const Link> links) {
  for (const Link& link : links) {
    if (Failure failure = check_link(link)) return failure;
  }
  return {};
}

}  // namespace

Failure check_available(const Target& target) {
  if (!target.parameters.empty()) return not_yet("A query string");
  return check_links(target.links);
}

Result<Outcome> Evaluator::run(Value start, std::span<const Link> links, Mode mode) {
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
    if (Failure failure = pipeline(now.value, now.shape)) return failure;
    i = end;
  }
  return now;
}

Outcome Evaluator::select(const Value& start, const Expr& expr) {
  Result<Outcome> result = run(start, expr.links, Mode::selector);
  return result ? result.value : Outcome{};
}

Outcome Evaluator::step(const Value& from, const Link& link, Mode mode) {
  Outcome out;
  if (link.kind == LinkKind::self) {
    out.value = from;
    return out;
  }
  if (from.missing()) return out;  // null stays null
  if (from.is_list()) {
    out.value = step_into_list(from, link, mode, out.found);
    return out;
  }
  if (link.kind == LinkKind::keyed || !from.is_object()) {
    out.found = mode == Mode::selector || (link.kind == LinkKind::step && from.is_scalar());
    return out;  // a member of a scalar is null until the primitive members come
  }
  bool declared;
  out.value = view_.member(from, link.name, declared);
  out.found = declared || mode == Mode::selector;
  return out;
}

Value Evaluator::step_into_list(const Value& list, const Link& link, Mode mode, bool& found) {
  if (link.kind == LinkKind::keyed) return find_in_list(list, link.name, link.value);
  if (link.name == "count" || link.name == "length") {
    return Value::of_count(view_.size(list));
  }
  const uint32_t size = view_.size(list);
  bool objects = list.list() == ListKind::rows || list.list() == ListKind::refs;
  view_.each(list, [&](const Value& item) {
    objects = objects || item.kind() == ValueKind::entity;
    return false;
  });
  int64_t index;
  if (parse_index(link.name, index) && (mode == Mode::selector || !objects)) {
    if (index < 0) index += size;
    Value at;
    if (index < 0 || index >= size) return at;
    view_.each(list, [&](const Value& item) {
      at = item;
      return index-- > 0;
    });
    return at;
  }
  if (mode == Mode::path) {
    const Value entity = find_in_list(list, "key", link.name);
    found = objects && !entity.missing();
    return entity;
  }
  std::vector<Value> members;
  view_.each(list, [&](const Value& item) {
    const Value member = step(item, link, mode).value;
    if (member.is_list()) {
      view_.each(member, [&](const Value& part) { return members.push_back(part), true; });
    } else if (!member.missing()) {
      members.push_back(member);
    }
    return true;
  });
  return Value::values(view_.arena.copy(members));
}

Value Evaluator::find_in_list(const Value& list, std::string_view key, std::string_view value) {
  Value found;
  view_.each(list, [&](const Value& item) {
    bool declared;
    const Value identifiers = view_.member(item, "identifiers", declared);
    if (!declared) return true;
    const Value own = view_.member(identifiers, key, declared);
    if (!own.is_text() || own.text() != value) return true;
    found = item;
    return false;
  });
  return found;
}

/// A run of operators over one value, left to right. A collection streams into a list first;
/// `where` and `take` at the front of the run stop it early.
Failure Evaluator::pipeline(Value& value, std::span<const Link> ops) {
  if (!value.is_list()) return pipeline_of_one(value, ops);
  if (ops.size() == 1 && ops[0].op == Op::count) {
    value = Value::of_count(view_.size(value));
    return {};
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
      if (op.value.empty()) return argument_required(op, "number");
      if (Failure failure = read_number(op, limits::max_take, room)) return failure;
    } else {
      break;
    }
  }
  if (filters.empty() && room == UINT64_MAX && next == ops.size()) {
    return {};  // projections alone leave the collection as it is
  }
  std::vector<Value> items;
  view_.each(value, [&](const Value& item) {
    if (items.size() >= room) return false;
    for (const Link* filter : filters) {
      for (const Predicate& predicate : filter->predicates) {
        if (!matches(item, predicate)) return true;
      }
    }
    items.push_back(item);
    return true;
  });
  Value single;
  bool is_single = false;
  for (; next < ops.size(); ++next) {
    const Link& op = ops[next];
    if (is_projection(op.op)) continue;
    if (is_single) {
      if (Failure failure = pipeline_of_one(single, ops.subspan(next))) return failure;
      break;
    }
    if (Failure failure = apply(items, op, single, is_single)) return failure;
  }
  value = is_single ? single : Value::values(view_.arena.copy(items));
  return {};
}

/// What operators do to a single value.
Failure Evaluator::pipeline_of_one(Value& value, std::span<const Link> ops) {
  for (const Link& op : ops) {
    if (op.op == Op::count) {  // any non-collection is 1, null too
      value = Value::of_count(1);
      continue;
    }
    if (value.missing()) continue;
    uint64_t n = 0;
    bool keep = true;
    if (op.op == Op::where) {
      for (const Predicate& predicate : op.predicates) keep = keep && matches(value, predicate);
    } else if (op.op == Op::take || op.op == Op::skip) {
      const uint64_t limit = op.op == Op::take ? limits::max_take : limits::max_skip;
      if (op.value.empty() && op.op == Op::take) return argument_required(op, "number");
      if (!op.value.empty()) {
        if (Failure failure = read_number(op, limit, n)) return failure;
        keep = op.op == Op::take ? n > 0 : n == 0;
      }
    } else if (op.op == Op::order_by && op.sort == nullptr) {
      return argument_required(op, "resource selector");
    }
    if (!keep) value = Value::values({});
  }
  return {};
}

Failure Evaluator::apply(std::vector<Value>& items, const Link& op, Value& single,
                         bool& is_single) {
  uint64_t n = 0;
  switch (op.op) {
    case Op::where:
      std::erase_if(items, [&](const Value& item) {
        return !std::all_of(op.predicates.begin(), op.predicates.end(),
                            [&](const Predicate& p) { return matches(item, p); });
      });
      return {};
    case Op::order_by:
      if (op.sort == nullptr) return argument_required(op, "resource selector");
      return sort(items, *op.sort);
    case Op::take:
      if (op.value.empty()) return argument_required(op, "number");
      if (Failure failure = read_number(op, limits::max_take, n)) return failure;
      if (n < items.size()) items.resize(static_cast<size_t>(n));
      return {};
    case Op::skip:
      if (op.value.empty()) return {};
      if (Failure failure = read_number(op, limits::max_skip, n)) return failure;
      items.erase(items.begin(),
                  items.begin() + static_cast<std::ptrdiff_t>(std::min<uint64_t>(n, items.size())));
      return {};
    case Op::first:
    case Op::last:
      is_single = true;
      if (!items.empty()) single = op.op == Op::first ? items.front() : items.back();
      return {};
    case Op::count:
      is_single = true;
      single = Value::of_count(static_cast<int64_t>(items.size()));
      return {};
    default:
      return {};
  }
}

Failure Evaluator::sort(std::vector<Value>& items, const SortKey& key) {
  if (items.empty()) return {};
  bool declared = false;
  struct Keyed {
    Value key;
    Value item;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(items.size());
  const std::span<const Link> links = key.expr.links;
  for (const Value& item : items) {
    if (!declared && !links.empty()) {
      if (links[0].kind == LinkKind::step) {
        view_.member(item, links[0].name, declared);
      } else {
        declared = links[0].kind == LinkKind::self;
      }
    }
    keyed.push_back({select(item, key.expr).value, item});
  }
  if (!declared) {
    return fail(Code::invalid_sort_key,
                "Invalid sort key '" + std::string(key.text) + "': field not found");
  }
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    const int by_key = order(view_, a.key, b.key);
    return key.descending ? by_key > 0 : by_key < 0;
  });
  for (size_t i = 0; i < items.size(); ++i) items[i] = keyed[i].item;
  return {};
}

bool Evaluator::matches(const Value& element, const Predicate& predicate) {
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

namespace {

/// What an array is sorted by: its elements, joined by commas.
std::string sort_text(const View& view, const Value& value) {
  if (value.is_text()) return std::string(value.text());
  Bytes out;
  if (value.is_list()) {
    view.each(value, [&](const Value& item) {
      if (!out.empty()) out += ',';
      if (item.is_text()) out += item.text();
      if (item.is_number()) item.number().append_to(out);
      return true;
    });
  }
  return std::string(out.view());
}

}  // namespace

int order(const View& view, const Value& a, const Value& b) {
  if (a.missing() || b.missing()) return three_way(!a.missing(), !b.missing());
  if (a.is_number() && b.is_number()) return three_way(a.number(), b.number());
  if (a.kind() == b.kind()) {
    if (a.kind() == ValueKind::instant) return three_way(a.instant(), b.instant());
    if (a.kind() == ValueKind::boolean) return three_way(a.truth(), b.truth());
    if (a.is_text()) return compare_text(a.text(), b.text());
  } else if (a.is_list() == b.is_list()) {
    return three_way(a.kind(), b.kind());
  }
  return compare_text(sort_text(view, a), sort_text(view, b));
}

}  // namespace waybill::query

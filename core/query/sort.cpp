#include <algorithm>

#include "base/limits.hpp"
#include "query/advice.hpp"
#include "query/arguments.hpp"
#include "query/compare.hpp"
#include "query/stream.hpp"

/// Ordering by a selector (chapter 01 section 7).
namespace waybill::query {

namespace {

/// Bytes of text that one comparison looks at for the price of a value (see View::spend).
constexpr size_t compared_at_once = 256;

struct Keyed {
  Value key;
  Value item;
  uint64_t place;  // in the incoming order, which ties keep
};

}  // namespace

/// Sorts by a declared member or path; an empty collection accepts every key. What the
/// operators behind it will not let through is not kept.
Value Evaluator::sort(const Value& list, const Value& source, const Link& op,
                      std::span<const Link> rest) {
  const SortKey& key = *op.sort;
  const std::span<const Link> links = key.expr.links;
  const bool by_itself = links.size() == 1 && links[0].kind == LinkKind::self;
  const bool by_identifier = links.size() > 1 && links[0].name == "identifiers";
  const Known known = known_value(view_, source);
  const bool declared = is_declared(view_, known, links);
  const auto before = [&](const Keyed& a, const Keyed& b) {
    if (view_.overspent()) return false;
    view_.spend(1 + (a.key.is_text() ? a.key.text().size() : 0) / compared_at_once);
    const int by_key = order(a.key, b.key);
    if (by_key != 0) return key.descending ? by_key > 0 : by_key < 0;
    return a.place < b.place;
  };
  const uint64_t limit = most_taken(rest);
  std::vector<Keyed> keyed;
  uint64_t place = 0;
  bool any_key = false;
  ValueStream& input = open_list(view_, list);
  for (Value item; !failed() && input.next(item); ++place) {
    index = static_cast<uint32_t>(place);
    if (by_itself && item.is_object()) {
      report_of_rows(objects_not_sorted("orderBy($this)"));
      return Value::values({});
    }
    if (place == 0 &&
        !(known.form == Known::Form::unknown ? is_declared(view_, known_value(view_, item), links)
                                             : declared)) {
      report_of_rows(undeclared_key("sort", key.text));
      return Value::values({});
    }
    const Value own = sort_value(select(item, key.expr).value);
    any_key = any_key || !own.missing();
    sort_value_missing = sort_value_missing || own.missing();
    if (key.after != nullptr && !is_behind(own, key)) continue;
    if (++kept_ > limits::kept_values) report(too_large());
    keyed.push_back({own, item, place});
    if (limit < limits::kept_values && keyed.size() >= 2 * limit + 64) {
      std::nth_element(keyed.begin(), keyed.begin() + static_cast<std::ptrdiff_t>(limit),
                       keyed.end(), before);
      kept_ -= keyed.size() - limit;
      keyed.resize(static_cast<size_t>(limit));
    }
  }
  if (place > 0 && by_identifier && !any_key) {
    hint(traps::unused_identifier, key.expr.span);
  }
  if (place == 0 && !declared && known.form != Known::Form::unknown) {
    hint(traps::key_of_nothing, key.expr.span);
  }
  std::sort(keyed.begin(), keyed.end(), before);
  if (limit < keyed.size()) keyed.resize(static_cast<size_t>(limit));
  std::vector<Value> items;
  items.reserve(keyed.size());
  for (const Keyed& each : keyed) items.push_back(each.item);
  return Value::values(view_.arena.copy(items));
}

/// Whether a sort value lies behind a cursor's; a missing one never does.
bool Evaluator::is_behind(const Value& key, const SortKey& sort) {
  return holds(view_, key, *sort.after);
}

/// An array is sorted by its elements, joined by commas.
Value Evaluator::sort_value(const Value& value) {
  if (!value.is_list()) return value;
  Bytes joined;
  view_.each(value, [&](const Value& item) {
    if (!joined.empty()) joined += ',';
    joined += text_of(view_, item).text();
    return joined.size() < limits::text_bytes;
  });
  kept_ += joined.size() / sizeof(Value);
  if (kept_ > limits::kept_values) report(too_large());
  return Value::of(view_.arena.copy(joined.view()));
}

}  // namespace waybill::query

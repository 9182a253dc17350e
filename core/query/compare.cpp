#include "query/compare.hpp"

namespace waybill::query {

namespace {

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

bool compare_scalar(const Value& left, Cmp cmp, const Predicate& predicate) {
  const std::string_view literal = predicate.value;
  switch (left.kind()) {
    case ValueKind::text:
      if (cmp == Cmp::contains) return left.text().find(literal) != std::string_view::npos;
      return holds(cmp, compare_text(left.text(), literal));
    case ValueKind::decimal:
    case ValueKind::count:
    case ValueKind::amount:
      return predicate.number && holds(cmp, three_way(left.number(), *predicate.number));
    case ValueKind::boolean:
      if (cmp != Cmp::eq) return false;
      return (literal == "true" && left.truth()) || (literal == "false" && !left.truth());
    case ValueKind::instant:
      return predicate.instant && holds(cmp, three_way(left.instant(), *predicate.instant));
    default:
      return false;
  }
}

/// Of an array some element fits.
bool compare(const View& view, const Value& left, Cmp cmp, const Predicate& predicate) {
  if (left.missing()) return cmp == Cmp::eq && predicate.is_null;
  if (predicate.is_null) return false;
  if (!left.is_list()) return compare_scalar(left, cmp, predicate);
  bool some = false;
  view.each(left, [&](const Value& item) {
    // An element that is no text has no parts: it "contains" what it equals.
    const bool whole = cmp == Cmp::contains && item.is_scalar() && !item.is_text();
    some = compare_scalar(item, whole ? Cmp::eq : cmp, predicate);
    return !some;
  });
  return some;
}

}  // namespace

bool holds(const View& view, const Value& left, const Predicate& predicate) {
  switch (predicate.cmp) {
    case Cmp::truthy:
      return is_truthy(view, left);
    case Cmp::falsy:
      return !is_truthy(view, left);
    case Cmp::ne:
      return !compare(view, left, Cmp::eq, predicate);
    case Cmp::not_contains:
      return !compare(view, left, Cmp::contains, predicate);
    default:
      return compare(view, left, predicate.cmp, predicate);
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
    case ValueKind::list: {
      bool any = false;
      view.each(value, [&](const Value&) {
        any = true;
        return false;
      });
      return any;
    }
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

Value text_of(const View& view, const Value& value) {
  Bytes out;
  switch (value.kind()) {
    case ValueKind::text:
      return value;
    case ValueKind::boolean:
      return Value::of(value.truth() ? "true" : "false");
    case ValueKind::decimal:
    case ValueKind::count:
      value.number().append_to(out);
      break;
    case ValueKind::amount:
      value.number().append_padded_to(out, value.minor_digits());
      break;
    case ValueKind::instant:
      value.instant().append_to(out);
      break;
    default:
      return {};
  }
  return Value::of(view.arena.copy(out.view()));
}

}  // namespace waybill::query

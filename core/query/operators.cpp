#include "query/operators.hpp"

#include <array>

namespace waybill::query {
namespace {

// The operators most requests use come first: the search is linear.
constexpr auto catalogue = std::to_array<OperatorEntry>({
    {"with", Op::with, ArgumentForm::selectors},
    {"where", Op::where, ArgumentForm::predicates},
    {"take", Op::take, ArgumentForm::text},
    {"just", Op::just, ArgumentForm::selectors},
    {"orderBy", Op::order_by, ArgumentForm::sort_key},
    {"count", Op::count, ArgumentForm::text},
    {"first", Op::first, ArgumentForm::text},
    {"skip", Op::skip, ArgumentForm::text},
    {"map", Op::map, ArgumentForm::text},
    {"withAll", Op::with_all, ArgumentForm::text},
    {"without", Op::without, ArgumentForm::selectors},
    {"simpleJust", Op::simple_just, ArgumentForm::selectors},
    {"either", Op::either, ArgumentForm::predicates},
    {"order", Op::order, ArgumentForm::text},
    {"last", Op::last, ArgumentForm::text},
    {"distinct", Op::distinct, ArgumentForm::text},
    {"distinctBy", Op::distinct_by, ArgumentForm::selectors},
    {"flat", Op::flat, ArgumentForm::text},
    {"array", Op::array, ArgumentForm::selectors},
    {"entries", Op::entries, ArgumentForm::text},
    {"join", Op::join, ArgumentForm::text},
    {"toLower", Op::to_lower, ArgumentForm::text},
    {"toUpper", Op::to_upper, ArgumentForm::text},
    {"toString", Op::to_string, ArgumentForm::text},
    {"typeless", Op::typeless, ArgumentForm::text},
    {"repeat", Op::repeat, ArgumentForm::text},
    {"test", Op::unsupported, ArgumentForm::text},
    {"throwAt", Op::unsupported, ArgumentForm::text},
    {"renderTemplate", Op::unsupported, ArgumentForm::text},
    {"flatMap", Op::unsupported, ArgumentForm::text},
});

constexpr OperatorEntry unknown{"", Op::unknown, ArgumentForm::text};

}  // namespace

const OperatorEntry& find_operator(std::string_view name) {
  for (const OperatorEntry& entry : catalogue) {
    if (entry.name == name) return entry;
  }
  return unknown;
}

}  // namespace waybill::query

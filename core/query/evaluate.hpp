#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "query/syntax.hpp"
#include "schema/value.hpp"

/// Evaluates chains of the syntax tree over rows. Request paths and selectors share one evaluator;
/// they differ in what a step over a collection means.
namespace waybill::query {

enum class Mode : uint8_t { path, selector };

/// The operators that a value went through last. They have run, but for the projections among them:
/// those the renderer applies.
using Shape = std::span<const Link>;

/// What a chain gave. `found` false: the path does not resolve (404, Q-3).
struct Outcome {
  Value value;
  Shape shape;
  bool found = true;
  const Link* unknown_operator = nullptr;  // why it was not found, if that is why
};

/// The first thing in the tree that this version does not evaluate yet, as a 400 `NotSupported`.
Failure check_available(const Target& target);

class Evaluator {
 public:
  explicit Evaluator(const View& view) : view_(view) {}

  /// Errors are operator arguments and sort keys.
  Result<Outcome> run(Value start, std::span<const Link> links, Mode mode);

  /// The value of a selector's expression; unknown names are missing.
  Outcome select(const Value& start, const Expr& expr);

  const View& view() const { return view_; }

 private:
  Outcome step(const Value& from, const Link& link, Mode mode);
  Value step_into_list(const Value& list, const Link& link, Mode mode, bool& found);
  Value find_in_list(const Value& list, std::string_view key, std::string_view value);
  Failure pipeline(Value& value, std::span<const Link> ops);
  Failure pipeline_of_one(Value& value, std::span<const Link> ops);
  Failure apply(std::vector<Value>& items, const Link& op, Value& single, bool& is_single);
  bool matches(const Value& element, const Predicate& predicate);
  bool compare(const Value& left, Cmp cmp, const Predicate& predicate);
  bool compare_scalar(const Value& left, Cmp cmp, const Predicate& predicate);
  Failure sort(std::vector<Value>& items, const SortKey& key);

  const View& view_;
};

/// Whether an operator only says what of a value is shown.
bool is_projection(Op op);
/// Order of two values: missing first, numbers by value, texts by code point.
int order(const View& view, const Value& a, const Value& b);
/// Whether a value counts as true.
bool is_truthy(const View& view, const Value& value);

}  // namespace waybill::query

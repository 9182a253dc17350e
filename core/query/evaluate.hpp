#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "query/syntax.hpp"
#include "schema/value.hpp"

/// Evaluates chains of the syntax tree over rows. Request paths and selectors share one evaluator;
/// they differ in what a step over a collection means.
namespace waybill::query {

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
/// `raw`: the text that the target was read from.
Failure check_available(const Target& target, std::string_view raw);

/// Operators that lack an argument or have a wrong one, in selectors too.
Failure check_arguments(std::span<const Link> links);

/// Evaluation never stops at an error: what is wrong (a sort key, a member that is not served, a
/// result that is too large) counts as missing, and `take_failure` tells afterwards.
class Evaluator {
 public:
  explicit Evaluator(const View& view) : view_(view) {}

  /// Follows the chain of a request path. What it does not find comes before wrong arguments, and
  /// these before what evaluation finds wrong.
  Result<Outcome> run(Value start, std::span<const Link> links);

  /// The value of a selector's expression; unknown names are missing.
  Outcome select(const Value& start, const Expr& expr) {
    return walk(start, expr.links, Mode::selector);
  }

  /// What evaluation found wrong first since the last call.
  Failure take_failure();
  void report(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
  }
  bool failed() const { return failure_ || view_.overspent(); }

  const View& view() const { return view_; }

 private:
  enum class Mode : uint8_t { path, selector };

  Outcome walk(Value start, std::span<const Link> links, Mode mode);
  Outcome step(const Value& from, const Link& link, Mode mode);
  Outcome step_into_list(const Value& list, const Link& link, Mode mode);
  Outcome find_in_list(const Value& list, std::string_view key, std::string_view value, Mode mode);
  bool carries(const Value& item, std::string_view key, std::string_view value);
  void pipeline(Value& value, std::span<const Link> ops);
  void pipeline_of_one(Value& value, std::span<const Link> ops);
  /// Items of one list on their way through operators, until one of these leaves a single value.
  struct Items {
    std::vector<Value> list;
    Value single;
    bool is_single = false;
  };
  void apply(Items& items, const Link& op, const Value& source);
  void sort(std::vector<Value>& items, const SortKey& key, const Value& source);
  Value sort_value(const Value& value);
  bool matches(const Value& element, std::span<const Predicate> predicates);
  bool matches(const Value& element, const Predicate& predicate);
  bool compare(const Value& left, Cmp cmp, const Predicate& predicate);
  bool compare_scalar(const Value& left, Cmp cmp, const Predicate& predicate);

  /// Adds a value to a list that is put together; false if there are too many.
  bool keep(std::vector<Value>& list, const Value& value);

  const View& view_;
  Failure failure_;
  size_t kept_ = 0;
};

/// What is said of a result beyond a limit.
Failure too_large();

/// Whether an operator only says what of a value is shown.
bool is_projection(Op op);
/// Order of two values that are no lists: missing first, numbers by value, texts by
/// code point.
int order(const Value& a, const Value& b);
/// Whether a value counts as true.
bool is_truthy(const View& view, const Value& value);

}  // namespace waybill::query

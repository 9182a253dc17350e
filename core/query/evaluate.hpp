#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/hint.hpp"
#include "query/explain.hpp"
#include "query/infer.hpp"
#include "query/syntax.hpp"
#include "schema/value.hpp"

/// Evaluates chains of the syntax tree over rows. Request paths and selectors share one evaluator;
/// they differ in what a step over a collection means.
namespace waybill::query {

/// The operators that a value went through last. They have run, but for those among them that only
/// say what is shown: the renderer applies these.
using Shape = std::span<const Link>;

/// What a chain gave. `found` false: the path does not resolve (404, Q-3).
struct Outcome {
  Value value;
  Shape shape;
  bool found = true;
  std::string_view details = {};  // why it was not found
};

/// A value inside a list that is shown under operators of its own.
struct Shaped {
  Value value;
  Shape shape;
};

/// Where `api/v1/…` in a selector leads.
class Directory {
 public:
  /// Takes the steps that name a collection, an element or a utility off the front of `links`.
  /// False if they name nothing.
  virtual bool open(std::span<const Link>& links, Value& out) = 0;

 protected:
  ~Directory() = default;
};

/// A hint that is given in more than one place.
struct Trap {
  std::string_view id;
  std::string_view message;
};

/// What evaluation needs beside the rows.
struct Surroundings {
  Hints& hints;
  std::string_view raw;            // the text that the tree was read from, for hints
  Directory* directory = nullptr;  // null: there is none
  bool use_indexes = true;         // false: every collection is scanned
  Explanation* explanation = nullptr;

  /// Reports a trap; `at` is where in `raw` it was found.
  void hint(std::string_view id, const Span& at, std::string message) {
    add_hint(hints, id, std::string(text_of(raw, at)), std::move(message));
  }
};

/// Evaluation never stops at an error: what is wrong (a sort key, a member that is not served, a
/// result that is too large) counts as missing, and `take_failure` tells afterwards.
class Evaluator {
 public:
  Evaluator(const View& view, Surroundings& around) : view_(view), around_(around) {}

  /// Follows the chain of a request path. What it does not find comes before wrong arguments, and
  /// these before what evaluation finds wrong.
  Result<Outcome> run(Value start, std::span<const Link> links);

  /// The value of a selector's expression; unknown names are missing.
  Outcome select(const Value& start, const Expr& expr);
  /// The same for a selector of a projection, where `$index` is the object's position in the list
  /// that the projection was applied to.
  Outcome show(const Value& object, const Link& projection, const Expr& expr);

  bool matches(const Value& element, const Predicate& predicate);

  /// What evaluation found wrong first since the last call.
  Failure take_failure();
  void report(Failure failure) {
    if (!failure_) failure_ = std::move(failure);
  }
  /// The same of what depends on the rows that are looked at. Which rows a predicate is asked about
  /// depends on the plan, so that inside of one such things are told by `advise`, or not at all.
  void report_of_rows(Failure failure) {
    if (!in_predicate_) report(std::move(failure));
  }
  bool failed() const { return failure_ || view_.overspent(); }

  const View& view() const { return view_; }
  Surroundings& around() { return around_; }
  /// A trap that values tell; likewise.
  void hint(const Trap& trap, const Span& at) {
    if (!in_predicate_) around_.hint(trap.id, at, std::string(trap.message));
  }

  /// Adds a value to a list that is put together; false if there are too many.
  bool keep(std::vector<Value>& list, const Value& value);

  /// Notes that an object is at this position of the list that a projection is applied to. What a
  /// projection shows is worked out last, when other operators may have moved the object.
  void note_position(Value& object, const Link& projection, uint32_t position);
  /// What `$index` is: the position of the element that an operator is looking at; 0 for what is no
  /// element.
  uint32_t index = 0;
  /// A cursor page was sorted by a member that some element lacks.
  bool sort_value_missing = false;

 private:
  enum class Mode : uint8_t { path, selector };
  /// A place that an object had; Value::positions is the number of its latest one, from 1.
  struct Position {
    const Link* projection;
    uint32_t at;
    uint32_t earlier;  // the number of the one before
  };

  // evaluate.cpp: chains and steps
  Outcome evaluate(const Value& start, const Expr& expr);
  Outcome concatenate(const Value& start, const Expr& expr);
  Value convert(const Value& value, Conversion conversion);
  Outcome walk(Value start, std::span<const Link> links, Mode mode);
  Outcome step(const Outcome& from, const Link& link, Mode mode);
  Outcome step_into_one(const Outcome& from, const Link& link, Mode mode);
  Outcome step_into_scalar(const Value& from, const Link& link);
  Outcome step_into_list(const Outcome& from, const Link& link, Mode mode);
  Value collect(const Outcome& list, const Link& link, bool splice);
  Outcome find_in_list(const Value& list, std::string_view key, std::string_view value, Mode mode);
  bool carries(const Value& item, std::string_view key, std::string_view value);
  Value kept(const Value& list);

  // pipeline.cpp: operators
  void pipeline(Outcome& now, std::span<const Link> ops, Mode mode);
  bool refuse_empty_parentheses(Outcome& now, const Link& op, Mode mode);
  Value apply_to_list(const Value& list, const Value& source, std::span<const Link> ops, size_t i);
  Value apply_to_one(const Value& value, const Link& op, Shape before);
  Value sorted_scalars(const Value& list, const Link& op);
  Value distinct(const Value& list, const Link& op);
  Value flattened(const Value& list);
  Value joined(const Value& list, const Link& op);
  Value entries(const Value& value, Shape shape);
  Value array(const Value& value, Shape shape, const Link& op);
  Value repeated(const Value& value, uint64_t times);

  // sort.cpp
  Value sort(const Value& list, const Value& source, const Link& op, std::span<const Link> rest);
  Value sort_value(const Value& value);
  bool is_behind(const Value& key, const SortKey& sort);

  const View& view_;
  Surroundings& around_;
  Failure failure_;
  size_t kept_ = 0;
  bool in_predicate_ = false;  // see report_of_rows
  std::vector<Position> positions_;
};

/// What is said of a result beyond a limit.
Failure too_large();

/// Whether an operator only says what of a value is shown.
bool is_projection(Op op);
/// Whether an operator has to do with what is shown: projections, and predicates, whose left sides
/// are shown as well.
bool shapes(Op op);
/// Whether `$index` stands in an expression, or in an operator's own arguments.
bool names_index(const Expr& expr);
bool names_index(const Link& op);
/// Operators that "()" behind them makes null.
bool takes_no_argument(Op op);
/// The number of `take`, `skip` or `repeat`; none for one that is wrong, which check_arguments
/// reports.
std::optional<uint64_t> read_number(const Link& op);

/// Reads a position in a list, negative from its end; one that no list reaches for more digits.
bool parse_index(std::string_view text, int64_t& out);

/// The text of a step as it was written, for members of single values and times.
std::string_view step_text(const View& view, const Link& link);

/// Lists of values, one after another: the elements of any list.
ValueStream& open_list(const View& view, const Value& list);

}  // namespace waybill::query

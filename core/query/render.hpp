#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "query/evaluate.hpp"

namespace waybill::query {

/// Writes values as JSON straight from rows (H-41, Q-82, Q-83). What is wrong (Q-107: too large)
/// the evaluator tells; the output is not to be used then.
class Renderer {
 public:
  Renderer(Evaluator& evaluator, Bytes& out)
      : evaluator_(evaluator), view_(evaluator.view()), out_(out) {}

  /// `shape`: the projections that followed the value; they apply to each element of a collection.
  void write(const Value& value, Shape shape);

 private:
  /// One member of a rendered object: a declared one, or what a selector gives.
  struct Slot {
    std::string_view name;
    const Member* member = nullptr;
    const Expr* expr = nullptr;
  };
  using Plan = std::span<const Slot>;
  struct CachedPlan {
    const Type* type;
    const Link* shape;  // the first link: shapes are told apart by where they stand in the tree
    Plan plan;
  };

  Plan plan(const Type& type, Shape shape);
  Plan make_plan(const Type& type, Shape shape) const;
  void write_object(const Value& object, const Type& type, Shape shape);
  void write_member(const Value& object, const Member& member);
  void write_identifiers(const Value& identifiers, Shape shape);
  void write_scalar(const Value& value);
  /// Names of members and keys of identifiers need no escaping, aliases may.
  void name(std::string_view member);
  void escaped_name(std::string_view alias);

  Evaluator& evaluator_;
  const View& view_;
  Bytes& out_;
  std::vector<CachedPlan> plans_;
  size_t values_ = 0;
};

}  // namespace waybill::query

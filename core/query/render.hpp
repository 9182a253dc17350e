#pragma once

#include <string>
#include <vector>

#include "query/evaluate.hpp"

namespace waybill::query {

/// Writes values as JSON straight from rows (H-41, Q-82, Q-83).
class Renderer {
 public:
  Renderer(Evaluator& evaluator, std::string& out)
      : evaluator_(evaluator), view_(evaluator.view()), out_(out) {}

  /// `shape`: the projections that followed the value; they apply to each element of a collection.
  void write(const Value& value, const Shape& shape);

  /// More than limits::rendered_values were asked for; the output is not to be used.
  bool too_large() const { return too_large_; }

 private:
  /// One member of a rendered object: a declared one, or what a selector gives.
  struct Slot {
    std::string_view name;
    const Member* member = nullptr;
    const Expr* expr = nullptr;
  };
  using Plan = std::vector<Slot>;

  Plan plan(const Type& type, const Shape& shape) const;
  void write_object(const Value& object, const Type& type, const Shape& shape);
  void write_members(const Value& object, const Type& type);
  void write_slot(const Value& object, const Slot& slot, bool required);
  void write_identifiers(const Value& identifiers, const Shape& shape);
  void write_scalar(const Value& value);
  void name(std::string_view member);

  Evaluator& evaluator_;
  const View& view_;
  std::string& out_;
  size_t values_ = 0;
  bool too_large_ = false;
};

}  // namespace waybill::query

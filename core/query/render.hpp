#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "query/evaluate.hpp"
#include "query/shape.hpp"

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
  struct CachedProjection {
    const Type* type;
    Shape shape;  // shapes are told apart by where they stand in the tree
    Projection projection;
  };

  const Projection& projection(const Type& type, Shape shape);
  void write_list(const Value& list, Shape shape);
  void write_object(const Value& object, const Type& type, Shape shape);
  void write_slots(const Value& object, const Projection& projection);
  void write_member(const Value& object, const Member& member);
  void write_identifiers(const Value& identifiers);
  void write_record(const Record& record);
  void write_scalar(const Value& value);
  void open_object(std::string_view type, bool typeless);
  /// Names of members and keys of identifiers need no escaping, aliases may.
  void name(std::string_view member);
  void escaped_name(std::string_view alias);

  Evaluator& evaluator_;
  const View& view_;
  Bytes& out_;
  std::vector<CachedProjection> projections_;
  size_t values_ = 0;
  uint32_t typeless_ = 0;  // how many objects around this one are shown without "@type"
};

}  // namespace waybill::query

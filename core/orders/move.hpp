#pragma once

#include "model/order.hpp"
#include "model/record.hpp"
#include "rules/context.hpp"

namespace waybill::orders {

/// One effective move of an order's units: it changes the phases of lines, and of their units that
/// have serial numbers, and leaves a trade record of it (O-87). Nothing else changes the phases of
/// lines.
class Move {
 public:
  Move(Context& context, Ref order, RecordAction action)
      : context_(context), order_(order), action_(action) {}

  /// Which units with serial numbers to move: those of the list, else the first ones that are in
  /// the phase.
  struct Which {
    const List<Ref>* instances = nullptr;
    Ref order_return = {};  // the return that it is about
  };
  /// Moves units of a line, of which there are enough in `from`.
  void units(Ref line, Phase from, Phase to, Decimal count, Which which);
  void units(Ref line, Phase from, Phase to, Decimal count) { units(line, from, to, count, {}); }

  /// Writes the record, if anything moved.
  void end();

 private:
  struct Touched {
    Ref line, order_return;
    Decimal units;
  };

  Context& context_;
  Ref order_;
  RecordAction action_;
  std::vector<Touched> touched_;
};

}  // namespace waybill::orders

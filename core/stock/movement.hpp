#pragma once

#include <vector>

#include "stock/stock.hpp"

/// How goods come and go: everything that changes a level is an item of an adjustment (C-66).
namespace waybill::stock {

/// What the engine itself moves goods for; each has a reason of its own, made on first use.
enum class SystemReason : uint8_t { shipment, return_, stock_entry, stock_reset };
Ref system_reason(Store& store, SystemReason reason);

/// Adds to a level, or takes from it, as an item says whose quantity is a magnitude. Units with
/// serial numbers that it names are registered or leave; where others must leave because there are
/// fewer goods than units now, the oldest go that no line holds, and they are added to the item
/// (C-76); where a level below zero leaves no room for units that come, they are not registered,
/// and the item names none. False, and nothing done, beyond limits::stock_level.
[[nodiscard]] bool apply(Store& store, AdjustmentItem& item);

/// The adjustment is an increase, not a decrease.
bool is_increase(const Store& store, const AdjustmentItem& item);
Text direction_text(Store& store, bool increase);

/// What leaves an owner's stock.
struct Withdrawal {
  Ref source;  // the place to look at first, or none
  Ref product;
  std::vector<Text> named;  // units that are free, each once
  Decimal loose;            // goods that are not registered by serial number
  Decimal units;            // of all
};

/// Goods that move for one reason, and the adjustments that tell of it, one for each owner.
class Movement {
 public:
  Movement(Context& context, SystemReason reason)
      : context_(context), store_(context.store), system_(reason) {}

  /// Takes units out of an owner's places: those named from where they lie; others from the source
  /// and its descendants first, then from the owner's roots in their order; the first that covers
  /// all alone, else they are drained in turn (C-75). There must be enough.
  void take(Ref owner, const Withdrawal& what);
  /// Puts units at a place of an owner; false, and nothing done, beyond limits::stock_level.
  [[nodiscard]] bool put(Ref owner, Ref place, Ref product, Decimal units,
                         const std::vector<Text>& serials);
  /// Brings a level to zero.
  void clear(Ref owner, Ref place, Ref product);
  /// Writes the adjustments, if anything moved.
  void end();

 private:
  struct Part {
    Ref owner;
    AdjustmentItem item;
  };
  [[nodiscard]] bool move(Ref owner, Ref place, Ref product, Decimal units, bool increase,
                          const std::vector<Text>& serials);
  struct Drain;
  void take_from(const Drain& from, Ref place, Decimal units);
  Decimal drain(const Drain& from, Decimal units);

  Context& context_;
  Store& store_;
  SystemReason system_;
  Ref reason_;  // once something moved
  std::vector<Part> parts_;
};

}  // namespace waybill::stock

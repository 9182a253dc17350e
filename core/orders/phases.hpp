#pragma once

#include "base/check.hpp"
#include "model/common.hpp"
#include "model/order.hpp"
#include "model/shipment.hpp"

/// Units of a line or shipment item by phase (O-44, O-75).
namespace waybill::orders {

inline Decimal add(Decimal a, Decimal b) {
  const auto total = a.plus(b);
  check(total.has_value());  // base/limits.hpp keeps quantities and levels within a decimal
  return *total;
}

inline Decimal units_in(const Phases& phases, uint32_t phase) {
  for (const PhaseRow& row : phases) {
    if (row.phase == phase) return *row.quantity;
  }
  return {};
}
inline Decimal units_in(const Phases& phases, Phase phase) {
  return units_in(phases, static_cast<uint32_t>(phase));
}
inline Decimal units_in(const Phases& phases, ShipmentPhase phase) {
  return units_in(phases, static_cast<uint32_t>(phase));
}

/// Moves units from one phase to another, whose row comes to the front.
inline void move_units(Phases& phases, uint32_t from, uint32_t to, Decimal units) {
  Decimal there = units;
  for (uint32_t i = 0; i < phases.size(); ++i) {
    if (phases[i].phase == from) {
      const Decimal left = add(*phases[i].quantity, units.negated());
      check(!left.is_negative());
      phases[i].quantity = left;
    } else if (phases[i].phase == to) {
      there = add(there, *phases[i].quantity);
      phases[i].quantity = Decimal();
    }
  }
  for (uint32_t i = phases.size(); i-- > 0;) {
    if (phases[i].quantity.value_or(Decimal()).is_zero()) phases.erase(i);
  }
  phases.insert(0, {there, to});
}
inline void move_units(Phases& phases, Phase from, Phase to, Decimal units) {
  move_units(phases, static_cast<uint32_t>(from), static_cast<uint32_t>(to), units);
}

/// Whether every unit is in one of two phases.
inline bool only_in(const Phases& phases, Phase a, Phase b) {
  for (const PhaseRow& row : phases) {
    if (row.phase != static_cast<uint32_t>(a) && row.phase != static_cast<uint32_t>(b)) {
      return false;
    }
  }
  return true;
}

}  // namespace waybill::orders

#pragma once

#include <vector>

#include "model/order.hpp"
#include "model/stock.hpp"
#include "rules/context.hpp"

/// Places, levels and holds (chapter 04 sections 6 and 8).
namespace waybill::stock {

/// The agent whose stock a place is: its own root's, or its nearest ancestor's (C-50).
Ref owner_of_place(const Store& store, Ref place);

/// Makes a place a root of that agent's stock, and of nobody else's; no agent: of nobody's (C-50).
void make_root(Store& store, Ref place, Ref agent);

/// The agent, its owner, the owner's owner … (C-12), at most limits::owner_chain of them.
std::vector<Ref> owner_chain(const Store& store, Ref agent);

/// Whose stock serves a line: the first in the seller's owner chain, then the supplier, that has a
/// stock root; none: the line is not stock-managed (C-71).
Ref stock_owner(const Store& store, Ref seller, Ref supplier);

/// Goods other than plans are tracked (C-25).
bool is_tracked(const Store& store, Ref product);

/// Levels of a product at an owner (C-52).
Decimal physical(const Store& store, Ref owner, Ref product);
Decimal held(const Store& store, Ref owner, Ref product);
Decimal available(const Store& store, Ref owner, Ref product);

/// Adds to what is held, which never falls below zero.
void add_hold(Store& store, Ref owner, Ref product, Decimal units);
/// Adds to a place's level, and makes the row on first use. False, and nothing done, beyond
/// limits::stock_level.
[[nodiscard]] bool add_physical(Store& store, Ref place, Ref product, Decimal units);
Decimal physical_at(const Store& store, Ref place, Ref product);
/// Where serials are registered there are never more of them than goods: the oldest go that no line
/// holds, and held ones only if goods were written off below what is held (C-76).
void drop_excess_units(Store& store, Ref place, Ref product);

/// The registered unit of a serial, or none (C-26).
Ref find_unit(const Store& store, Ref product, Text serial);
bool has_units(const Store& store, Ref owner, Ref product);

/// One line that finds too little stock (C-80).
struct Shortage {
  Ref product;
  Ref seller;
  Decimal requested;
  Decimal available;
  Text serial;
};

/// 409 InsufficientStock that lists every short line (O-40, C-80).
Failure insufficient(Context& context, const std::vector<Shortage>& shortages);

/// What leaves an owner's stock.
struct Withdrawal {
  Ref source;  // the place to look at first, or none
  Ref product;
  Text serial;  // or none
  Decimal units;
};
/// Takes units out of the owner's places: a serial from where it lies; else the source and its
/// descendants first, then the owner's roots in their order; the first that covers all alone, else
/// they are drained in turn (C-75). There must be enough.
void withdraw(Store& store, Ref owner, const Withdrawal& what);

/// The owner's first stock root, or none.
Ref first_root(const Store& store, Ref owner);

}  // namespace waybill::stock

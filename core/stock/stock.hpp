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

/// The agent, its owner, the owner's owner … (C-12).
std::vector<Ref> owner_chain(const Store& store, Ref agent);

/// Whose stock serves a line: the first in the seller's owner chain, then the supplier, that has a
/// stock root; none: the line is not stock-managed (C-71).
Ref stock_owner(const Store& store, Ref seller, Ref supplier);

/// What tells the units of a product apart (C-23): a device's IMEI, the IMEI of a plan's device, or
/// any serial number.
enum class InstanceKind : uint8_t { other, device, plan };
InstanceKind instance_kind(const Store& store, Ref product);

/// Goods other than plans are tracked (C-25).
bool is_tracked(const Store& store, Ref product);

/// Levels of a product at an owner (C-52).
Decimal physical(const Store& store, Ref owner, Ref product);
Decimal held(const Store& store, Ref owner, Ref product);
Decimal available(const Store& store, Ref owner, Ref product);

/// Whether so many more units may be held: all holds of a product at an owner come to at most
/// limits::stock_level.
bool can_hold(const Store& store, Ref owner, Ref product, Decimal units);
/// Adds to what is held, which never falls below zero.
void add_hold(Store& store, Ref owner, Ref product, Decimal units);
/// Adds to a place's level, and makes the row on first use. False, and nothing done, beyond
/// limits::stock_level.
[[nodiscard]] bool add_physical(Store& store, Ref place, Ref product, Decimal units);
Decimal physical_at(const Store& store, Ref place, Ref product);
/// The registered unit of a serial, or none (C-26).
Ref find_unit(const Store& store, Ref product, Text serial);
bool has_units(const Store& store, Ref owner, Ref product);
/// How the unit of a serial number stands to a line that wants it out of an owner's stock (C-76).
enum class Standing : uint8_t {
  free,     // it lies there, and no other line holds it
  unknown,  // no unit of that number was ever registered
  gone,     // it lies elsewhere or nowhere, or another line holds it
};
Standing standing(const Store& store, Ref owner, Ref product, Text serial, Ref line);
/// A unit that nobody holds goes to the oldest line that waits for it (C-76): one that names it,
/// and holds stock where it lies.
void offer_unit(Store& store, Ref unit);
/// Goods at a place that are not registered by serial number.
Decimal loose_at(const Store& store, Ref place, Ref product);
/// The same of all of an owner's places.
Decimal loose(const Store& store, Ref owner, Ref product);
/// Whether no unit of that serial number lies anywhere.
bool is_away(const Store& store, Ref product, Text serial);
/// Whether units of the product go out with serial numbers only (C-26, O-31).
bool registers_outgoing(const Store& store, Ref product);
/// Units of a product that lie at a place, oldest first.
Posting units_at(const Store& store, Ref place, Ref product);
/// Places of an owner that hold some of a product.
std::vector<Ref> places_with(const Store& store, Ref owner, Ref product);

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

/// Goods that come would make more than limits::stock_level.
Failure level_too_high(std::string path = {});

/// Where an agent's places are: the visiting, else the main address; null if neither is known
/// (C-55).
const Address* place_address(const Store& store, Ref owner);

/// The owner's first stock root, or none.
Ref first_root(const Store& store, Ref owner);

}  // namespace waybill::stock

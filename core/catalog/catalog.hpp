#pragma once

#include <string_view>

#include "model/agent.hpp"
#include "rules/body.hpp"

/// Agents, products, prices, reasons, places: resources whose rules are checks of one row after
/// their members were written (chapter 04).
namespace waybill::catalog {

/// Whether it is an ISO 3166-1 alpha-2 code (C-13).
bool is_country(std::string_view code);

/// What must hold for a row after a write, and what follows from it: required members, defaults,
/// enumerations, windows, cycles.
Failure settle(Context& context, TableId table, Ref ref, const Body& body, bool created);

// relationship.cpp
/// Both agents are named; a new relationship counts as changed (C-18).
Failure settle_relationship(Context& context, Ref ref, const Body& body, bool created);
/// Writes members, and when that was if they say something new (C-18, H-14).
Failure update_relationship(Context& context, Ref ref, const Body& body, bool patch);

/// A new agent of one of the three types, from an object of a body.
Result<Ref> create_agent(Context& context, const Type& type, const JsonNode& node);

/// Currencies, countries and payment methods of a fresh engine (C-41 to C-43).
void load_reference_data(Store& store);

}  // namespace waybill::catalog

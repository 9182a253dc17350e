#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "numbers.hpp"

/// What every history starts from and no command changes: who there is, what they sell, where it
/// lies. Agents, places and products go by one identifier each, `com.acme.{agent,place,sku}`.
namespace waybill::model {

struct Agent {
  std::string name;
  std::string collection;
  std::string owner;               // empty: none
  std::vector<std::string> roots;  // its stockRoots
  bool has_address = false;        // in the slot `main`, line1 is "<name> 1"
};

struct Place {
  std::string name;
  std::string parent;  // empty: a root
};

enum class Kind { goods, device, plan, service, shipping };

struct Product {
  std::string sku;
  Kind kind = Kind::goods;
  int vat_tenths = 0;             // of a percent
  bool vat_by_group = false;      // by its parentGroup's parentGroup
  bool serials_required = false;  // registered for OutgoingTransactions (O-31)

  /// C-25.
  bool tracked() const { return kind == Kind::goods || kind == Kind::device; }
};

struct Currency {
  std::string code;
  int digits = 2;
};

/// A price that a command sets, or one that is there from the beginning.
struct Price {
  std::string id;
  std::string sku;
  std::string currency;
  Net amount = 0;
  std::vector<std::string> sellers = {};
  std::vector<std::string> buyers = {};
  std::optional<Time> from = {};
  std::optional<Time> to = {};

  friend bool operator==(const Price&, const Price&) = default;
};

inline constexpr Time start_of_time = 1'734'264'000'000;  // 2024-12-15T12:00Z

const std::vector<Agent>& agents();
const std::vector<Place>& places();
const std::vector<Product>& products();
const std::vector<Currency>& currencies();
const std::vector<Price>& first_prices();

// Null for none.
const Agent* agent_of(std::string_view name);
const Product* product_of(std::string_view sku);
const Currency* currency_of(std::string_view code);

/// The agent, its owner and so on (C-12).
std::vector<std::string> owner_chain(const std::string& agent);
/// The place, and what lies below it.
std::vector<std::string> place_and_below(const std::string& place);
/// All places of an agent, in the order of its roots, each before what lies below it (C-75).
std::vector<std::string> places_of(const std::string& owner);
/// Whose place it is (C-50).
std::string owner_of(const std::string& place);

}  // namespace waybill::model

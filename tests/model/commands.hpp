#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "numbers.hpp"
#include "world.hpp"

/// What a history is made of. Orders, lines, adjustments and what is made directly have names of
/// the history's own; the second shipment that order O-7 made is called "O-7/2".
namespace waybill::model {

struct PaymentArguments {
  std::string transaction;
  std::string method = "com.heads.card";
  std::string currency;
  std::optional<Net> amount;
  std::vector<std::string> lines;  // `items`
  std::optional<Time> timestamp;
};

/// An entry of `commitReturn`, `fulfillReturn` or `cancelReturn` (O-82, O-83).
struct ReturnEntry {
  std::string line;
  std::optional<Quantity> quantity;
  std::string serial;  // its productInstance; empty: none
  bool restock = true;
  bool with_reason = true;
};

struct Return {
  std::vector<ReturnEntry> entries;
};

enum class Flag { absent, true_, false_, text };

/// All that one PATCH of an order's actions may hold.
struct Actions {
  std::string invoice_line1;   // empty: no changeInvoiceAddress
  std::string delivery_line1;  // empty: no changeDeliveryAddress
  std::vector<PaymentArguments> payments;
  Flag approve = Flag::absent;
  Flag ship = Flag::absent;
  std::optional<Return> commit_return;
  std::optional<Return> fulfill_return;
  std::optional<Return> cancel_return;
  Flag cancel = Flag::absent;
  std::string unknown;  // empty: no name that does not exist

  bool empty() const;
};

struct NewLine {
  std::string id;
  std::string sku;
  Quantity quantity = one;
  std::vector<std::string> serials;  // a device's, or the device that a plan is for
  bool as_product_instances = false;
  std::string seller;  // empty: not named
  std::optional<Net> manual;
  std::optional<Time> reserved_until;
};

struct NewOrder {
  std::string id;
  std::string supplier;
  std::string customer;
  std::vector<std::string> sellers;
  std::string currency;
  std::vector<NewLine> lines;
  std::optional<Time> reserved_until;
  Actions actions;
};

/// A time, or null, or not sent.
struct Moment {
  bool sent = false;
  std::optional<Time> time;
};

// ── The commands ─────────────────────────────────────────────────────────────────────────────────

struct PlaceOrder {
  enum class By { put, post, array } by = By::put;
  NewOrder order;
};
struct ChangeOrder {
  std::string order;
  Moment reserved_until;
  Actions actions;
  bool at_actions = false;  // at `/actions`, without other members
};
struct ChangeLine {
  enum class At { items, line, order } at = At::items;
  std::string order;
  std::string line;
  Moment reserved_until;
  std::optional<Net> manual;
  std::optional<std::vector<std::string>> serials;  // productInstances of a device's line
};
struct DeleteOrder {
  std::string order;
};
struct PayDirectly {
  bool by_put = false;
  std::string id;
  std::string transaction;  // empty: none
  std::string method = "com.heads.card";
  std::string currency;
  Net amount = 0;
  std::string order;  // empty: none
};
struct ShipDirectly {
  struct Item {
    std::string line;  // an order's, else
    std::string sku;
    Quantity quantity = one;
  };
  std::string id;
  std::string sender;
  std::string receiver;
  std::string source;       // empty: not named
  std::string destination;  // empty: not named
  std::string order;        // whose lines the items name
  std::vector<Item> items;
};
struct Release {
  std::string shipment;
};
/// A carrier record (O-77).
struct Carry {
  struct Item {
    size_t index = 0;  // among the shipment's items
    Quantity quantity = one;
  };
  std::string shipment;
  std::string action;
  std::string id;
  std::vector<Item> items;
};
struct Adjust {
  struct Item {
    std::string sku;
    std::string place;
    std::string reason;
    Quantity quantity = one;
    std::string direction;  // empty: the reason's, else the sign's
    std::string serial;     // empty: none
  };
  bool by_put = false;
  std::string id;
  std::vector<Item> items;
};
/// Stock entries: what is there, whatever was (C-63).
struct CountStock {
  struct Item {
    std::string sku;
    std::string place;
    Quantity physical = 0;
  };
  bool by_put = false;
  std::string id;
  std::vector<Item> items;
};
struct ResetStock {
  std::string owner;
  std::string sku;  // empty: all products
};
struct AllowBackOrders {
  std::string supplier;
  std::string customer;
  bool allowed = true;
};
struct SetPrice {
  Price price;
};
/// No request: time passes, and everything is looked at.
struct Wait {
  bool tick = false;
};
/// No request: what the host does with frames, and with whole engines.
struct Host {
  enum class Does { seal, confirm, refuse, restart, crash, snapshot } does = Does::seal;
};

using Command = std::variant<PlaceOrder, ChangeOrder, ChangeLine, DeleteOrder, PayDirectly,
                             ShipDirectly, Release, Carry, Adjust, CountStock, ResetStock,
                             AllowBackOrders, SetPrice, Wait, Host>;

struct Step {
  Time at = 0;
  Command command;
};

/// What the statistics call it.
std::string name_of(const Command& command);

}  // namespace waybill::model
